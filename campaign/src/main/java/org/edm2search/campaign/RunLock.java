package org.edm2search.campaign;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.edm2search.space.Edm2SearchException;

/**
 * The right to run a campaign directory. The operating system drops it when the process dies, so a
 * killed run leaves no stale lock.
 */
public final class RunLock implements AutoCloseable {

  // A process loses its lock on a file when it closes any channel to it: never open a held one.
  private static final Set<Path> HELD = new HashSet<>();

  private static final int ATTEMPTS = 5;

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
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        // Another process asking who runs the campaign holds it for a moment: try again.
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
          FileLock lock = channel.tryLock();
          if (lock != null) {
            byte[] pid =
                Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
            channel.truncate(0).write(ByteBuffer.wrap(pid), 0);
            HELD.add(file);
            return new RunLock(file, channel);
          }
          Thread.sleep(20);
        }
        channel.close();
        throw inUse(file, "process " + pid(file));
      } catch (IOException e) {
        throw new Edm2SearchException("cannot lock %s: %s".formatted(file, e), e);
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

  private static String pid(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.US_ASCII).strip();
  }

  static Optional<Long> owner(Path file) {
    synchronized (HELD) {
      if (HELD.contains(file)) {
        return Optional.of(ProcessHandle.current().pid());
      }
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true);
        return lock != null ? Optional.empty() : Optional.of(Long.parseLong(pid(file)));
      } catch (IOException | NumberFormatException e) {
        return Optional.empty();
      }
    }
  }

  /** Releases the directory. */
  @Override
  public void close() {
    synchronized (HELD) {
      if (HELD.remove(file)) {
        try {
          channel.close();
        } catch (IOException e) {
          throw new Edm2SearchException("cannot unlock %s: %s".formatted(file, e), e);
        }
      }
    }
  }
}
