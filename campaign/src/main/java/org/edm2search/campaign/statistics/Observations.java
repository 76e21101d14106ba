package org.edm2search.campaign.statistics;

import java.util.Arrays;
import java.util.List;

/**
 * The runs of one architecture on the scale of the model.
 *
 * @param values logarithms of scores
 * @param deviations their sampling deviations
 */
record Observations(double[] values, double[] deviations) {

  static Observations of(List<Run> runs, ScoreScale scale) {
    return new Observations(
        runs.stream().mapToDouble(scale::value).toArray(),
        runs.stream().mapToDouble(scale::deviation).toArray());
  }

  int count() {
    return values.length;
  }

  double mean() {
    return Arrays.stream(values).average().orElseThrow();
  }

  double least() {
    return Arrays.stream(values).min().orElseThrow();
  }

  double most() {
    return Arrays.stream(values).max().orElseThrow();
  }

  /** Returns the root of the mean sampling variance. */
  double samplingDeviation() {
    return Math.sqrt(Arrays.stream(deviations).map(d -> d * d).average().orElseThrow());
  }
}
