package org.edm2search.campaign.analysis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Scores as a sum of effects, one for each value of each locus, with a common normal prior on them
 * ({@link RidgePosterior}). How wide that is, nobody knows: widths are averaged, each with the
 * weight that the scores and a half-Cauchy prior give it (Gelman 2006). A single best width would
 * be 0 where scores scatter as noise does, and would call every effect 0 for sure.
 */
final class AdditiveFit {

  private static final int DRAWS = 400;
  private static final int WIDTHS = 15;
  private static final double NEGLIGIBLE = 1e-3;

  private final List<Sample> samples;
  private final Map<String, List<String>> values = new LinkedHashMap<>();
  private final Map<String, Integer> first = new LinkedHashMap<>();
  private final int columns;
  private final List<Weighted> posteriors;

  private record Weighted(RidgePosterior posterior, double weight) {}

  /**
   * Fits.
   *
   * @param samples at least three; loci at which all are alike are left out
   */
  AdditiveFit(List<Sample> samples) {
    this.samples = samples;
    Map<String, TreeSet<String>> seen = new LinkedHashMap<>();
    for (Sample sample : samples) {
      sample
          .genes()
          .forEach((locus, value) -> seen.computeIfAbsent(locus, k -> new TreeSet<>()).add(value));
    }
    int column = 1;
    for (Map.Entry<String, TreeSet<String>> locus : seen.entrySet()) {
      if (locus.getValue().size() > 1) {
        values.put(locus.getKey(), List.copyOf(locus.getValue()));
        first.put(locus.getKey(), column);
        column += locus.getValue().size();
      }
    }
    columns = column;
    posteriors = posteriors();
  }

  private List<Weighted> posteriors() {
    double[][] products = new double[columns][columns];
    double[] sums = new double[columns];
    double squares = 0;
    for (Sample sample : samples) {
      int[] ones = ones(sample);
      for (int i : ones) {
        sums[i] += sample.value();
        for (int j : ones) {
          products[i][j]++;
        }
      }
      squares += sample.value() * sample.value();
    }
    List<Weighted> all = new ArrayList<>();
    for (int i = 0; i < WIDTHS; i++) {
      double width = width(i);
      RidgePosterior posterior =
          new RidgePosterior(products, sums, squares, samples.size(), 1 / (width * width));
      all.add(new Weighted(posterior, posterior.logEvidence() + logPrior(width)));
    }
    double most = all.stream().mapToDouble(Weighted::weight).max().orElseThrow();
    List<Weighted> likely =
        all.stream()
            .map(one -> new Weighted(one.posterior, Math.exp(one.weight - most)))
            .filter(one -> one.weight > NEGLIGIBLE)
            .toList();
    double total = likely.stream().mapToDouble(Weighted::weight).sum();
    return likely.stream().map(one -> new Weighted(one.posterior, one.weight / total)).toList();
  }

  /** Returns a scale of effects, relative to that of residuals: 0.01 to 30. */
  private static double width(int index) {
    return Math.pow(10, index / 4.0 - 2);
  }

  /** Half-Cauchy: effects are probably no larger than residuals; of the width's logarithm. */
  private static double logPrior(double width) {
    return Math.log(width) - Math.log1p(width * width);
  }

  private double average(ToDoubleFunction<RidgePosterior> of) {
    return posteriors.stream()
        .mapToDouble(one -> one.weight * of.applyAsDouble(one.posterior))
        .sum();
  }

  /** Columns that are 1: the mean's, and one for each locus. */
  private int[] ones(Sample sample) {
    List<Integer> ones = new ArrayList<>(List.of(0));
    values.forEach(
        (locus, known) -> {
          int index = known.indexOf(sample.genes().getOrDefault(locus, ""));
          if (index >= 0) {
            ones.add(start(locus) + index);
          }
        });
    return ones.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Returns the first of a locus' columns. */
  private int start(String locus) {
    return Objects.requireNonNull(first.get(locus), locus);
  }

  /** Returns the values seen at a locus that varies. */
  List<String> values(String locus) {
    return Objects.requireNonNull(values.get(locus), locus);
  }

  /** Returns the values seen at each locus that varies. */
  Map<String, List<String>> values() {
    return values;
  }

  /** Returns the variance that no effect explains. */
  double residualVariance() {
    return average(RidgePosterior::variance);
  }

  /** Returns the degrees of freedom of that variance. */
  double degrees() {
    return average(RidgePosterior::degrees);
  }

  /** Returns how many effects were estimated. */
  int effects() {
    return columns - 1;
  }

  /** Returns what a sample has that the sum of effects does not explain. */
  double residual(Sample sample) {
    int[] ones = ones(sample);
    return sample.value() - average(one -> IntStream.of(ones).mapToDouble(one::mean).sum());
  }

  /** Returns a quantile of Student's t with this fit's degrees of freedom. */
  double quantile(double probability) {
    return new TDistribution(null, degrees()).inverseCumulativeProbability(probability);
  }

  /** An effect: how far a value lies from the mean of its locus' values. */
  record Effect(double estimate, double deviation) {}

  Effect effect(String locus, int value) {
    double estimate = average(one -> estimate(one, locus, value));
    double variance =
        average(
            one -> {
              double off = estimate(one, locus, value) - estimate;
              return variance(one, locus, value) + off * off;
            });
    return new Effect(estimate, Math.sqrt(Math.max(0, variance)));
  }

  private double estimate(RidgePosterior posterior, String locus, int value) {
    int start = start(locus);
    int count = values(locus).size();
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += posterior.mean(start + i);
    }
    return posterior.mean(start + value) - sum / count;
  }

  private double variance(RidgePosterior posterior, String locus, int value) {
    int start = start(locus);
    int count = values(locus).size();
    double variance = 0;
    for (int i = 0; i < count; i++) {
      double weightI = (i == value ? 1 : 0) - 1.0 / count;
      for (int j = 0; j < count; j++) {
        double weightJ = (j == value ? 1 : 0) - 1.0 / count;
        variance += weightI * weightJ * posterior.covariance(start + i, start + j);
      }
    }
    return variance;
  }

  /**
   * Draws how much of the variance each locus explains, values being equally frequent.
   *
   * @return by locus, its share in each draw; what is left to 1 is residual
   */
  Map<String, double[]> shares() {
    RandomGenerator random = new SplittableRandom(1);
    Map<String, double[]> shares = new LinkedHashMap<>();
    values.keySet().forEach(locus -> shares.put(locus, new double[DRAWS]));
    for (int draw = 0; draw < DRAWS; draw++) {
      RidgePosterior posterior = at((draw + 0.5) / DRAWS);
      double[] effects = posterior.draw(random);
      double total = posterior.variance();
      for (String locus : values.keySet()) {
        double explained = explained(effects, locus);
        Objects.requireNonNull(shares.get(locus))[draw] = explained;
        total += explained;
      }
      for (double[] share : shares.values()) {
        share[draw] /= total;
      }
    }
    return shares;
  }

  /** Returns the posterior at a quantile of the weights. */
  private RidgePosterior at(double quantile) {
    double below = 0;
    for (Weighted one : posteriors) {
      below += one.weight;
      if (quantile < below) {
        return one.posterior;
      }
    }
    return posteriors.get(posteriors.size() - 1).posterior;
  }

  private double explained(double[] effects, String locus) {
    int start = start(locus);
    int count = values(locus).size();
    double sum = 0;
    double squares = 0;
    for (int i = start; i < start + count; i++) {
      sum += effects[i];
      squares += effects[i] * effects[i];
    }
    return squares / count - sum / count * (sum / count);
  }
}
