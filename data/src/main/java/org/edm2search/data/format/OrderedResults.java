package org.edm2search.data.format;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/**
 * Results of a function of 0, 1, 2 …, computed by all cores some steps ahead and handed out in
 * order. For one thread.
 *
 * @param <T> result
 */
final class OrderedResults<T> implements AutoCloseable {

  /** Results on the way for each thread: bounds the memory. */
  private static final int AHEAD = 4;

  private final int count;
  private final IntFunction<T> function;
  private final int threads = Runtime.getRuntime().availableProcessors();
  private final ExecutorService executor = Executors.newFixedThreadPool(threads);
  private final Deque<Future<T>> ahead = new ArrayDeque<>();
  private int begun;

  private OrderedResults(int count, IntFunction<T> function) {
    this.count = count;
    this.function = function;
  }

  /**
   * Returns the results for 0 to count − 1.
   *
   * @param function is called by several threads
   */
  static <T> OrderedResults<T> of(int count, IntFunction<T> function) {
    return new OrderedResults<>(count, function);
  }

  /** Returns the next result, or throws what the function threw. */
  T next() {
    for (; begun < count && ahead.size() <= AHEAD * threads; begun++) {
      int index = begun;
      ahead.add(executor.submit(() -> function.apply(index)));
    }
    try {
      return ahead.remove().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
