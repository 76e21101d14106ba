package org.edm2search.campaign.statistics;

import java.util.List;

/**
 * Where scores scatter alike: their logarithms, or where some are not positive (a kernel distance
 * may be negative) the scores in units of their median size.
 *
 * @param logarithmic whether logarithms are taken
 * @param unit of a score that is not
 */
public record ScoreScale(boolean logarithmic, double unit) {

  /** Returns the scale of these runs, at least one. */
  public static ScoreScale of(List<Run> runs) {
    boolean positive = runs.stream().allMatch(run -> run.score() > 0);
    double[] sizes = runs.stream().mapToDouble(run -> Math.abs(run.score())).sorted().toArray();
    double median = sizes[sizes.length / 2];
    return new ScoreScale(positive, positive || median == 0 ? 1 : median);
  }

  /** Returns a run's score on this scale. */
  public double value(Run run) {
    return logarithmic ? Math.log(run.score()) : run.score() / unit;
  }

  /** Returns the sampling deviation of a run on this scale, to first order. */
  public double deviation(Run run) {
    return run.samplingDeviation() / (logarithmic ? run.score() : unit);
  }

  /** Returns the score that a value on this scale stands for. */
  public double score(double value) {
    return logarithmic ? Math.exp(value) : value * unit;
  }
}
