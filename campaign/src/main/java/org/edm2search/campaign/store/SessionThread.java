package org.edm2search.campaign.store;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that uses a connection, which nobody interrupts: an interrupt within a driver can
 * close what it works on. Callers hand work over and wait; one that is interrupted meanwhile still
 * waits for the answer, and finds its interrupt flag set afterwards.
 */
final class SessionThread {

  private final String store;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread owner = new Thread(work, "trial-store");
            owner.setDaemon(true);
            return owner;
          });

  /** Starts a thread for a store that errors name. */
  SessionThread(String store) {
    this.store = store;
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

  private static <T extends @Nullable Object> T await(Future<T> answer) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return answer.get();
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

  private static RuntimeException unwrapped(ExecutionException failure) {
    Throwable cause = failure.getCause();
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException runtime ? runtime : new IllegalStateException(cause);
  }
}
