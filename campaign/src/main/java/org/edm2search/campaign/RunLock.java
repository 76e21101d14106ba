package org.edm2search.campaign;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;

/**
 * The right to run a campaign directory. The operating system drops it when the process dies, so a
 * killed run leaves no stale lock. The file's text names the process for readers, who take no lock.
 */
public final class RunLock implements AutoCloseable {

  // A process loses its lock on a file when it closes any channel to it: never open a held one.
  private static final Set<Path> HELD = new HashSet<>();

  private static final int ATTEMPTS = 5;
  private static final int LONGEST_TEXT = 64;
  private static final Pattern OWNER = Pattern.compile("(\\d{1,10}) (\\d{1,15})");

  /** The system tells when a process started by a clock that may have been set since. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

  private final Path file;
  private final FileChannel channel;

  private RunLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  static RunLock acquire(Path file) {
    synchronized (HELD) {
      if (HELD.contains(file)) {
        throw inUse(file, "this process");
      }
      try {
        FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        // A reader of an earlier version holds it for a moment: try again.
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
          FileLock lock = channel.tryLock();
          if (lock != null) {
            byte[] owner = text(ProcessHandle.current()).getBytes(StandardCharsets.US_ASCII);
            channel.truncate(0).write(ByteBuffer.wrap(owner), 0);
            HELD.add(file);
            return new RunLock(file, channel);
          }
          Thread.sleep(20);
        }
        channel.close();
        throw inUse(file, "process " + text(file).split(" ")[0]);
      } catch (IOException e) {
        throw new Edm2SearchException(
            ("cannot lock %s: %s; run as whoever may write it, or on a copy of the directory (status,"
                    + " leaderboard, show, analyze, export and serve only read, and work as they are)")
                .formatted(file, AtomicFile.reason(e)),
            e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Edm2SearchException("interrupted while locking " + file, e);
      }
    }
  }

  private static Edm2SearchException inUse(Path file, String who) {
    return new Edm2SearchException(
        "%s: this campaign is already being run by %s; wait for it or stop it"
            .formatted(file.getParent(), who));
  }

  /** A process is its id and when it started, because ids are used again. */
  private static String text(ProcessHandle process) {
    long started = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return "%d %d".formatted(process.pid(), started);
  }

  private static String text(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer bytes = ByteBuffer.allocate(LONGEST_TEXT);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // a file may be read in parts
      }
      return StandardCharsets.US_ASCII.decode(bytes.flip()).toString().strip();
    }
  }

  /**
   * Returns the process that holds the lock, as far as can be told without touching it: a reader
   * must never be in the way of a run.
   */
  static Optional<Long> owner(Path file) {
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.empty();
      }
      Matcher owner = OWNER.matcher(text(file));
      if (!owner.matches()) {
        return Optional.empty(); // released, or of an earlier version
      }
      Instant started = Instant.ofEpochMilli(Long.parseLong(owner.group(2)));
      return ProcessHandle.of(Long.parseLong(owner.group(1)))
          .filter(ProcessHandle::isAlive)
          .filter(process -> started(process, started))
          .map(ProcessHandle::pid);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean started(ProcessHandle process, Instant at) {
    Optional<Instant> start = process.info().startInstant();
    return start
        .map(known -> Duration.between(known, at).abs().compareTo(CLOCK_TOLERANCE) < 0)
        .orElse(true);
  }

  /** Releases the directory. */
  @Override
  public void close() {
    synchronized (HELD) {
      if (HELD.remove(file)) {
        try {
          channel.truncate(0);
          channel.close();
        } catch (IOException e) {
          throw new Edm2SearchException(
              "cannot unlock %s: %s".formatted(file, AtomicFile.reason(e)), e);
        }
      }
    }
  }
}
