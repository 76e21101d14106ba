package org.edm2search.campaign;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.space.base.Edm2SearchException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of the store beside a running campaign, on a thread of their own. A copy costs in
 * proportion to the campaign, so the pause after one grows with what it took: copies never take
 * more than a twentieth of the time.
 */
final class Backups implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Backups.class);
  private static final long SHORTEST_PAUSE_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int PAUSE_FACTOR = 20;

  private final TrialStore store;
  private final Path file;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread backup = new Thread(work, "backup");
            backup.setDaemon(true);
            return backup;
          });
  private Optional<Future<?>> running = Optional.empty();
  private volatile long due = System.nanoTime();

  Backups(TrialStore store, Path file) {
    this.store = store;
    this.file = file;
  }

  /** Starts a copy if the last one is some time ago; returns at once. */
  void writeIfDue() {
    boolean busy = running.filter(work -> !work.isDone()).isPresent();
    if (!busy && System.nanoTime() - due >= 0) {
      // The campaign goes on with the copy before; the last one of all must succeed.
      running = Optional.of(thread.submit(() -> orWarn(this::copy)));
    }
  }

  private static void orWarn(Runnable write) {
    try {
      write.run();
    } catch (RuntimeException e) {
      LOG.warn("a copy of the store could not be written", e);
    }
  }

  private void copy() {
    long start = System.nanoTime();
    try {
      store.backup(file);
    } finally {
      long took = System.nanoTime() - start;
      due = System.nanoTime() + Math.max(SHORTEST_PAUSE_NANOS, PAUSE_FACTOR * took);
    }
  }

  /** Does as {@link #write}, but where that fails the copy before stays. */
  void writeIfPossible() {
    orWarn(this::write);
  }

  /** Writes a copy now and waits for it. */
  void write() {
    Future<?> last = thread.submit(this::copy);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          last.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw e.getCause() instanceof RuntimeException cause
              ? cause
              : new Edm2SearchException("a copy of the store could not be written", e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Lets a copy that is being written end. */
  @Override
  public void close() {
    thread.shutdown();
    running.ifPresent(
        work -> {
          try {
            work.get();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (ExecutionException e) {
            LOG.warn("a copy of the store could not be written", e);
          }
        });
  }
}
