package org.edm2search.model.profile;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a pass took.
 *
 * @param pass what ran; its batch is smaller than asked for if that did not fit in memory
 * @param seconds of each timed run
 * @param weightBytes of the parameters
 * @param planBytes of everything else that was laid out for the pass: activations, prepared
 *     weights, gradients
 * @param residentBytes by which the peak of the process's resident memory exceeded what was
 *     resident before the network existed; empty where the operating system does not tell
 */
public record PassProfile(
    Pass pass, List<Double> seconds, long weightBytes, long planBytes, OptionalLong residentBytes) {

  public PassProfile {
    seconds = List.copyOf(seconds);
    if (seconds.isEmpty()) {
      throw new IllegalArgumentException("a profile needs at least one timed run");
    }
  }

  /** Returns the median time of a run, in seconds. */
  public double medianSeconds() {
    double[] sorted = sorted();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Returns the shortest time of a run, in seconds. */
  public double leastSeconds() {
    return sorted()[0];
  }

  /** Returns the longest time of a run, in seconds. */
  public double mostSeconds() {
    return sorted()[seconds.size() - 1];
  }

  private double[] sorted() {
    double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }

  /** Returns images per second at the median time. */
  public double imagesPerSecond() {
    return pass.batch() / medianSeconds();
  }

  /**
   * Returns the multiply-adds per second at the median time.
   *
   * @param multiplyAdds of one evaluation on one image; a training step counts three
   */
  public double multiplyAddsPerSecond(long multiplyAdds) {
    int evaluations = pass.kind() == Pass.Kind.TRAINING ? 3 : 1;
    return evaluations * multiplyAdds * imagesPerSecond();
  }
}
