package org.edm2search.campaign.store;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that uses a connection, which nobody interrupts: an interrupt within a driver can
 * close what it works on. Callers hand work over and wait; one that is interrupted meanwhile still
 * waits for the answer, and finds its interrupt flag set afterwards. A store can have callers give
 * up, while the thread goes on.
 */
final class SessionThread {

  private static final long LOOK_MILLIS = 200;

  private final String store;
  private final Function<Duration, Optional<StoreException>> patience;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread owner = new Thread(work, "trial-store");
            owner.setDaemon(true);
            return owner;
          });

  /** Starts a thread for a store that errors name, whose callers wait for as long as it takes. */
  SessionThread(String store) {
    this(store, waited -> Optional.empty());
  }

  /**
   * Starts a thread whose callers may give up.
   *
   * @param patience told now and then how long a caller has waited; returns why it gives up
   */
  SessionThread(String store, Function<Duration, Optional<StoreException>> patience) {
    this.store = store;
    this.patience = patience;
  }

  /** Runs work on the thread and returns its result, or throws what it throws. */
  <T extends @Nullable Object> T call(Callable<T> work) {
    try {
      return await(thread.submit(work));
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("the store is closed: " + store, e);
    }
  }

  /** Runs work on the thread, or throws what it throws. */
  void run(Runnable work) {
    call(Executors.callable(work));
  }

  /** Runs the last work and ends the thread; does nothing where it has ended. */
  void end(Runnable work) {
    if (thread.isShutdown()) {
      return;
    }
    Future<?> last = thread.submit(work);
    thread.shutdown();
    await(last);
  }

  private <T extends @Nullable Object> T await(Future<T> answer) {
    boolean interrupted = false;
    long start = System.nanoTime();
    try {
      requirePatience(start);
      while (true) {
        try {
          return answer.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          requirePatience(start);
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw unwrapped(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void requirePatience(long start) {
    Optional<StoreException> enough = patience.apply(Duration.ofNanos(System.nanoTime() - start));
    if (enough.isPresent()) {
      throw enough.get();
    }
  }

  private static RuntimeException unwrapped(ExecutionException failure) {
    Throwable cause = failure.getCause();
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException runtime ? runtime : new IllegalStateException(cause);
  }
}
