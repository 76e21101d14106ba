package org.edm2search.campaign.statistics;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Evenly spaced typical scores on the scale of the model. What concerns one architecture is
 * computed in its window only: the grid points around its runs and the middle, beyond which it
 * cannot be.
 */
final class ScoreGrid {

  /** Logarithm of a share that is none. */
  private static final double NOTHING = -25;

  private static final int MOST_POINTS = 4000;
  private static final double MARGIN = 0.7;

  /** Beyond this distance from the middle the scatter between trainings grows no more. */
  private static final double GROWS_WITHIN = 1;

  private final double start;
  private final double step;
  private final int points;
  private final double middle;
  private final double growth;

  /** Growth of the scatter at every point. */
  private final double[] growths;

  private ScoreGrid(double start, double step, int points, double middle, double growth) {
    this.start = start;
    this.step = step;
    this.points = points;
    this.middle = middle;
    this.growth = growth;
    this.growths = IntStream.range(0, points).mapToDouble(i -> growth(value(i))).toArray();
  }

  /**
   * Spans a grid over all runs.
   *
   * @param finest distance of its points, unless they become too many
   * @param growth power of the score that the scatter between trainings grows by
   */
  static ScoreGrid of(List<Observations> all, double middle, double finest, double growth) {
    double low = all.stream().mapToDouble(Observations::least).min().orElseThrow() - MARGIN;
    double high = all.stream().mapToDouble(Observations::most).max().orElseThrow() + MARGIN;
    double step = Math.max(finest, (high - low) / MOST_POINTS);
    return new ScoreGrid(low, step, (int) Math.ceil((high - low) / step) + 1, middle, growth);
  }

  int points() {
    return points;
  }

  double value(int point) {
    return start + step * point;
  }

  /** Returns the first point of an architecture's window. */
  int from(Observations runs) {
    double low = Math.min(runs.least(), middle) - MARGIN;
    return Math.max(0, (int) Math.floor((low - start) / step));
  }

  /** Returns the point after the last one of an architecture's window. */
  int to(Observations runs) {
    double high = Math.max(runs.most(), middle) + MARGIN;
    return Math.min(points, (int) Math.ceil((high - start) / step) + 1);
  }

  /**
   * Returns the log likelihood of an architecture's runs in its window: Student-t errors of 4
   * degrees of freedom, density ∝ 1/(s·(1 + x²/4s²)^2.5).
   *
   * @param seedDeviation scale of the scatter between trainings in the middle
   */
  double[] logLikelihood(Observations runs, double seedDeviation) {
    int from = from(runs);
    double[] log = new double[to(runs) - from];
    for (int r = 0; r < runs.count(); r++) {
      double sampling = runs.deviations()[r];
      double first = value(from) - runs.values()[r];
      for (int i = 0; i < log.length; i++) {
        double x = first + step * i;
        double seed = seedDeviation * growths[from + i];
        double squared = seed * seed + sampling * sampling;
        log[i] -= 0.5 * Math.log(squared) + 2.5 * Math.log(1 + x * x / (4 * squared));
      }
    }
    return log;
  }

  /** Returns how much larger the scatter between trainings is at a value than in the middle. */
  double growth(double value) {
    return Math.exp(growth * Math.max(-GROWS_WITHIN, Math.min(GROWS_WITHIN, value - middle)));
  }

  /**
   * Returns the log density of typical scores at every point, up to a constant: Student-t of 2
   * degrees of freedom around the middle.
   *
   * @param deviation its scale
   */
  double[] logPrior(double deviation) {
    double[] log = new double[points];
    for (int point = 0; point < points; point++) {
      double z = (value(point) - middle) / deviation;
      log[point] = -Math.log(deviation) - 1.5 * Math.log(1 + z * z / 2);
    }
    return log;
  }

  /**
   * Multiplies likelihood and prior.
   *
   * @return probabilities of the window's points, summing to 1
   */
  double[] posterior(Observations runs, double[] logLikelihood, double[] logPrior) {
    double[] product = new double[logLikelihood.length];
    product(runs, logLikelihood, logPrior, product);
    normalize(product);
    return product;
  }

  /** Returns the log of the integral of likelihood and prior, up to a constant. */
  double logEvidence(Observations runs, double[] logLikelihood, double[] logPrior) {
    double[] product = new double[logLikelihood.length];
    double most = product(runs, logLikelihood, logPrior, product);
    double sum = 0;
    for (double p : product) {
      sum += p;
    }
    return most + Math.log(sum);
  }

  /** Fills in likelihood × prior over its greatest value, and returns that value's log. */
  private double product(
      Observations runs, double[] logLikelihood, double[] logPrior, double[] product) {
    int from = from(runs);
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < product.length; i++) {
      product[i] = logLikelihood[i] + logPrior[from + i];
      most = Math.max(most, product[i]);
    }
    for (int i = 0; i < product.length; i++) {
      double below = product[i] - most;
      product[i] = below < NOTHING ? 0 : Math.exp(below);
    }
    return most;
  }

  private static void normalize(double[] product) {
    double sum = 0;
    for (double p : product) {
      sum += p;
    }
    for (int i = 0; i < product.length; i++) {
      product[i] /= sum;
    }
  }
}
