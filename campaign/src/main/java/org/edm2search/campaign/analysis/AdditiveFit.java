package org.edm2search.campaign.analysis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;

/**
 * Scores as a sum of effects, one for each value of each locus, with a common normal prior on them:
 * ridge regression whose penalty is chosen by restricted maximum likelihood (Rasmussen and Williams
 * 2006, section 2.1, with the mean integrated out). The posterior is normal, so intervals need no
 * random numbers; shares of variance are told from draws with a fixed seed.
 */
final class AdditiveFit {

  private static final int DRAWS = 400;
  private static final int PENALTIES = 15;
  private static final double LEAST_VARIANCE = 1e-12;

  private final List<Sample> samples;
  private final Map<String, List<String>> values = new LinkedHashMap<>();
  private final Map<String, Integer> first = new LinkedHashMap<>();
  private final int columns;
  private final RealMatrix covariance;
  private final RealMatrix factor;
  private final double[] mean;
  private final double variance;
  private final double degrees;

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
    Solution best = null;
    for (int step = 0; step < PENALTIES; step++) {
      Solution solution = new Solution(products, sums, squares, Math.pow(10, step / 2.0 - 3));
      if (best == null || solution.likelihood > best.likelihood) {
        best = solution;
      }
    }
    Solution chosen = Objects.requireNonNull(best, "there are penalties");
    mean = chosen.mean.toArray();
    variance = chosen.variance;
    RealMatrix inverse = chosen.cholesky.getSolver().getInverse();
    covariance = inverse.scalarMultiply(variance);
    factor = chosen.cholesky.getLT();
    double used = 1;
    for (int i = 1; i < columns; i++) {
      used += 1 - chosen.penalty * inverse.getEntry(i, i);
    }
    degrees = Math.max(1, samples.size() - used);
  }

  private final class Solution {
    private final double penalty;
    private final CholeskyDecomposition cholesky;
    private final RealVector mean;
    private final double variance;
    private final double likelihood;

    Solution(double[][] products, double[] sums, double squares, double penalty) {
      this.penalty = penalty;
      double[][] matrix = new double[columns][];
      for (int i = 0; i < columns; i++) {
        matrix[i] = products[i].clone();
        matrix[i][i] += i == 0 ? 0 : penalty;
      }
      cholesky = new CholeskyDecomposition(new Array2DRowRealMatrix(matrix, false));
      RealVector right = new ArrayRealVector(sums, false);
      mean = cholesky.getSolver().solve(right);
      int n = samples.size();
      variance = Math.max(LEAST_VARIANCE, (squares - right.dotProduct(mean)) / (n - 1));
      double logDeterminant = 0;
      for (int i = 0; i < columns; i++) {
        logDeterminant += 2 * Math.log(cholesky.getL().getEntry(i, i));
      }
      likelihood =
          -0.5
              * ((n - 1) * Math.log(variance) + logDeterminant - (columns - 1) * Math.log(penalty));
    }
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
    return variance;
  }

  /** Returns the degrees of freedom of that variance. */
  double degrees() {
    return degrees;
  }

  /** Returns how many effects were estimated. */
  int effects() {
    return columns - 1;
  }

  /** Returns what a sample has that the sum of effects does not explain. */
  double residual(Sample sample) {
    double fitted = 0;
    for (int one : ones(sample)) {
      fitted += mean[one];
    }
    return sample.value() - fitted;
  }

  /** Returns a quantile of Student's t with this fit's degrees of freedom. */
  double quantile(double probability) {
    return new TDistribution(null, degrees).inverseCumulativeProbability(probability);
  }

  /** An effect: how far a value lies from the mean of its locus' values. */
  record Effect(double estimate, double deviation) {}

  Effect effect(String locus, int value) {
    int start = start(locus);
    int count = values(locus).size();
    double estimate = 0;
    double squared = 0;
    for (int i = 0; i < count; i++) {
      double weightI = (i == value ? 1 : 0) - 1.0 / count;
      estimate += weightI * mean[start + i];
      for (int j = 0; j < count; j++) {
        double weightJ = (j == value ? 1 : 0) - 1.0 / count;
        squared += weightI * weightJ * covariance.getEntry(start + i, start + j);
      }
    }
    return new Effect(estimate, Math.sqrt(Math.max(0, squared)));
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
      double[] effects = draw(random);
      double total = variance;
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

  /** Mean + σ·L⁻ᵀz has the posterior's covariance σ²(LLᵀ)⁻¹. */
  private double[] draw(RandomGenerator random) {
    double[] drawn = new double[columns];
    for (int i = columns - 1; i >= 0; i--) {
      double rest = random.nextGaussian();
      for (int j = i + 1; j < columns; j++) {
        rest -= factor.getEntry(i, j) * drawn[j];
      }
      drawn[i] = rest / factor.getEntry(i, i);
    }
    for (int i = 0; i < columns; i++) {
      drawn[i] = mean[i] + Math.sqrt(variance) * drawn[i];
    }
    return drawn;
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
