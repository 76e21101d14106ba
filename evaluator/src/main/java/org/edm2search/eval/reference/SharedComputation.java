package org.edm2search.eval.reference;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * Of several processes that want the same files, one computes and the others wait: as long as it
 * gets on. Where it does not (it was stopped), or nothing can be locked, they compute as well,
 * which costs time and changes nothing, as files are written all or nothing.
 */
final class SharedComputation {

  private static final long POLL_MILLISECONDS = 100;

  private final Path lockFile;
  private final long patienceNanoseconds;

  /**
   * Prepares a turn.
   *
   * @param lockFile made when needed
   * @param patienceSeconds without news from the one that computes
   */
  SharedComputation(Path lockFile, long patienceSeconds) {
    this.lockFile = lockFile;
    patienceNanoseconds = TimeUnit.SECONDS.toNanos(patienceSeconds);
  }

  /**
   * Does work in turn.
   *
   * @param progress told of images done, also by another process while this one waits for it
   * @param work is given whom to tell of images done
   */
  <T> T inTurn(LongConsumer progress, Function<LongConsumer, T> work) {
    try (FileChannel channel = open()) {
      Optional<FileLock> lock = await(channel, progress);
      if (lock.isEmpty()) {
        return work.apply(progress);
      }
      try {
        return work.apply(done -> tell(channel, done, progress));
      } finally {
        lock.get().release();
      }
    } catch (IOException e) {
      return work.apply(progress); // A directory that cannot be written costs time only.
    }
  }

  private FileChannel open() throws IOException {
    Files.createDirectories(lockFile.toAbsolutePath().getParent());
    return FileChannel.open(
        lockFile, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** Returns the lock; nothing if its holder does not get on. */
  private Optional<FileLock> await(FileChannel channel, LongConsumer progress) throws IOException {
    long known = -1;
    long since = System.nanoTime();
    while (System.nanoTime() - since < patienceNanoseconds) {
      Optional<FileLock> lock = tryLock(channel);
      if (lock.isPresent()) {
        return lock;
      }
      long now = done(channel);
      if (now != known) {
        known = now;
        since = System.nanoTime();
      }
      progress.accept(Math.max(0, now));
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException e) {
      return Optional.empty(); // Another thread of this process has it.
    }
  }

  private static long done(FileChannel channel) throws IOException {
    ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
    return channel.read(number, 0) < Long.BYTES ? 0 : number.getLong(0);
  }

  private static void tell(FileChannel channel, long done, LongConsumer progress) {
    try {
      channel.write(ByteBuffer.allocate(Long.BYTES).putLong(0, done), 0);
    } catch (IOException e) {
      // Those who wait lose patience and compute as well.
    }
    progress.accept(done);
  }
}
