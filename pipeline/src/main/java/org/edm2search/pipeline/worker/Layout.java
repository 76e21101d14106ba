package org.edm2search.pipeline.worker;

/**
 * How the machine is shared.
 *
 * @param workers processes that train at a time
 * @param threads of the numerical library in each
 */
public record Layout(int workers, int threads) {

  public Layout {
    if (workers < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "needs at least 1 worker and 1 thread, but got %d and %d".formatted(workers, threads));
    }
  }

  static Layout of(int workers, Machine machine) {
    return new Layout(workers, machine.threads(workers));
  }

  @Override
  public String toString() {
    return "%d worker%s × %d thread%s"
        .formatted(workers, workers == 1 ? "" : "s", threads, threads == 1 ? "" : "s");
  }
}
