package org.edm2search.campaign.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Evenly spaced typical scores on the scale of the model. What concerns one architecture is
 * computed in its window only: the grid points around its runs and the middle, beyond which it
 * cannot be.
 */
final class ScoreGrid {

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
   * The likelihood of an architecture's runs at the points of its window.
   *
   * @param values relative to the greatest one
   * @param logGreatest logarithm of the greatest one, up to a constant
   */
  record Likelihood(double[] values, double logGreatest) {}

  /** Returns the squared scale of the scatter between trainings at every point. */
  double[] seedVariances(double seedDeviation) {
    double[] variances = new double[points];
    for (int point = 0; point < points; point++) {
      double seed = seedDeviation * growths[point];
      variances[point] = seed * seed;
    }
    return variances;
  }

  /**
   * Returns the likelihood of an architecture's runs: Student-t errors of 4 degrees of freedom,
   * density ∝ 1/(s·(1 + x²/4s²)^2.5). With tails that heavy it needs no logarithms: dozens of runs
   * far from a point do not make it 0 there.
   *
   * @param seedVariances squared scale of the scatter between trainings at every point
   */
  Likelihood likelihood(Observations runs, double[] seedVariances) {
    int from = from(runs);
    double[] values = new double[to(runs) - from];
    Arrays.fill(values, 1);
    double log = 0;
    for (int r = 0; r < runs.count(); r++) {
      double sampling = runs.deviations()[r] * runs.deviations()[r];
      double first = value(from) - runs.values()[r];
      double greatest = 0;
      for (int i = 0; i < values.length; i++) {
        double x = first + step * i;
        double squared = seedVariances[from + i] + sampling;
        double u = 1 + x * x / (4 * squared);
        values[i] /= u * u * Math.sqrt(u * squared);
        greatest = Math.max(greatest, values[i]);
      }
      for (int i = 0; i < values.length; i++) {
        values[i] /= greatest;
      }
      log += Math.log(greatest);
    }
    return new Likelihood(values, log);
  }

  /** Returns how much larger the scatter between trainings is at a value than in the middle. */
  double growth(double value) {
    return Math.exp(growth * Math.max(-GROWS_WITHIN, Math.min(GROWS_WITHIN, value - middle)));
  }

  /**
   * Returns the density of typical scores at every point, up to a constant: Student-t of 2 degrees
   * of freedom around the middle.
   *
   * @param deviation its scale
   */
  double[] prior(double deviation) {
    double[] density = new double[points];
    for (int point = 0; point < points; point++) {
      double z = (value(point) - middle) / deviation;
      double u = 1 + z * z / 2;
      density[point] = 1 / (deviation * u * Math.sqrt(u));
    }
    return density;
  }

  /**
   * Multiplies likelihood and prior.
   *
   * @return probabilities of the window's points, summing to 1
   */
  double[] posterior(Observations runs, Likelihood likelihood, double[] prior) {
    int from = from(runs);
    double[] product = new double[likelihood.values().length];
    double sum = 0;
    for (int i = 0; i < product.length; i++) {
      product[i] = likelihood.values()[i] * prior[from + i];
      sum += product[i];
    }
    for (int i = 0; i < product.length; i++) {
      product[i] /= sum;
    }
    return product;
  }

  /** Returns the log of the integral of likelihood and prior, up to a constant. */
  double logEvidence(Observations runs, Likelihood likelihood, double[] prior) {
    int from = from(runs);
    double sum = 0;
    for (int i = 0; i < likelihood.values().length; i++) {
      sum += likelihood.values()[i] * prior[from + i];
    }
    return likelihood.logGreatest() + Math.log(sum);
  }
}
