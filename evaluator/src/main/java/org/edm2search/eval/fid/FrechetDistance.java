package org.edm2search.eval.fid;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;

/**
 * Fréchet distance to the normal distribution of a reference (Dowson and Landau 1982): ‖Δµ‖² +
 * Tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½), in double precision. With Inception features it is the FID (Heusel et
 * al. 2017).
 */
public final class FrechetDistance {

  private static final int RESAMPLES = 100;

  /** Beyond this, a hundred distances take too long. */
  private static final int MOST_RESAMPLED_FEATURES = 256;

  private static final int BLOCK = 1000;

  private final FeatureStatistics reference;
  private final SymmetricEigen eigen;
  private final double[] root;

  /** Prepares a reference: what takes long is done once. */
  public FrechetDistance(FeatureStatistics reference) {
    this.reference = reference;
    eigen = SymmetricEigen.of(reference);
    root = eigen.root();
  }

  /**
   * Returns the principal axes of the reference.
   *
   * @param axes number of axes, at most the dimensions
   */
  public PrincipalAxes principalAxes(int axes) {
    return new PrincipalAxes(reference, eigen, axes);
  }

  /** Returns the distance of two distributions. */
  public static double between(FeatureStatistics a, FeatureStatistics b) {
    return new FrechetDistance(b).of(a);
  }

  /** Returns the distance of a distribution. */
  public double of(FeatureStatistics statistics) {
    requireSameDimensions(statistics.dimensions());
    int d = reference.dimensions();
    // Tr (Σ₁Σ₂)^½ as the sum of the singular values of Σ₁^½Σ₂^½: no root of a tiny eigenvalue.
    double[] cross =
        Lapack.multiply(SymmetricEigen.of(statistics).root(), false, root, true, d, d, d);
    return separable(statistics) - 2 * sum(Lapack.singularValues(cross, d, d));
  }

  /**
   * Returns the distance of rows of features. Never decomposes a matrix larger than rows ×
   * features, so that few rows of many features are cheap; equals {@link #of(FeatureStatistics)} of
   * their statistics.
   *
   * @param rows features, at least two rows
   */
  public double of(double[][] rows) {
    FeatureStatistics statistics = FeatureStatistics.of(rows);
    requireSameDimensions(statistics.dimensions());
    int d = reference.dimensions();
    if (rows.length >= d) {
      return of(statistics);
    }
    return separable(statistics)
        - 2 * sum(Lapack.singularValues(transported(rows, statistics), rows.length, d));
  }

  /**
   * Returns the distance of rows of features with its standard deviation over draws of the rows: of
   * up to {@value #MOST_RESAMPLED_FEATURES} features by a bootstrap, of more by the infinitesimal
   * jackknife (Jaeckel 1972), which a bootstrap of many rows approaches.
   *
   * @param rows features, at least two rows
   * @param seed of the bootstrap
   */
  public Estimate estimate(double[][] rows, long seed) {
    return reference.dimensions() <= MOST_RESAMPLED_FEATURES
        ? new Estimate(of(rows), bootstrap(rows, seed))
        : jackknife(rows);
  }

  private double bootstrap(double[][] rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] distances = new double[RESAMPLES];
    for (int resample = 0; resample < RESAMPLES; resample++) {
      double[][] drawn = new double[rows.length][];
      Arrays.setAll(drawn, i -> rows[random.nextInt(rows.length)]);
      distances[resample] = of(drawn);
    }
    return Math.sqrt(variance(distances));
  }

  /**
   * A row x moves the distance by 2Δµ·x + ‖x‖² − xᵀTx, centred, where T = Σ₂^½(Σ₂^½Σ₁Σ₂^½)^−½Σ₂^½
   * is the optimal transport map to the reference and the gradient of 2 Tr (Σ₁Σ₂)^½.
   */
  Estimate jackknife(double[][] rows) {
    FeatureStatistics statistics = FeatureStatistics.of(rows);
    requireSameDimensions(statistics.dimensions());
    int d = reference.dimensions();
    int n = rows.length;
    double[] crossed = new double[n];
    double nuclear;
    if (n < d) {
      // With X·Σ₂^½/√(n−1) = USVᵀ, xᵀTx is the diagonal of (n−1)·USUᵀ.
      Lapack.LeftSingular parts = Lapack.leftSingular(transported(rows, statistics), n, d);
      nuclear = sum(parts.values());
      for (int i = 0; i < n; i++) {
        for (int k = 0; k < n; k++) {
          double u = parts.left()[i * n + k];
          crossed[i] += (n - 1) * parts.values()[k] * u * u;
        }
      }
    } else {
      // With Σ₂^½Σ₁^½ = USVᵀ, T = Σ₂^½·US⁻¹Uᵀ·Σ₂^½.
      double[] cross =
          Lapack.multiply(root, false, SymmetricEigen.of(statistics).root(), true, d, d, d);
      Lapack.LeftSingular parts = Lapack.leftSingular(cross, d, d);
      nuclear = sum(parts.values());
      double[] map = Lapack.multiply(parts.left(), true, root, false, d, d, d);
      for (int first = 0; first < n; first += BLOCK) {
        int count = Math.min(BLOCK, n - first);
        double[] block = centred(rows, first, count, statistics, 1);
        double[] mapped = Lapack.multiply(block, false, map, true, count, d, d);
        for (int i = 0; i < count; i++) {
          for (int k = 0; k < d; k++) {
            double scale = parts.values()[k];
            // Directions without variance add nothing: their share is of the order of the scale.
            if (scale > 1e-12 * parts.values()[0]) {
              crossed[first + i] += mapped[i * d + k] * mapped[i * d + k] / scale;
            }
          }
        }
      }
    }
    double[] influence = new double[n];
    for (int i = 0; i < n; i++) {
      double sum = -crossed[i];
      for (int k = 0; k < d; k++) {
        double x = rows[i][k] - statistics.mean()[k];
        sum += x * (x + 2 * (statistics.mean()[k] - reference.mean()[k]));
      }
      influence[i] = sum;
    }
    return new Estimate(
        separable(statistics) - 2 * nuclear, Math.sqrt(variance(influence) / (n - 1)));
  }

  /** Centred rows in the reference's axes, scaled: X·Σ₂^½/√(n−1), [n, d]. */
  private double[] transported(double[][] rows, FeatureStatistics statistics) {
    int d = reference.dimensions();
    double scale = 1 / Math.sqrt(rows.length - 1.0);
    double[] centred = centred(rows, 0, rows.length, statistics, scale);
    return Lapack.multiply(centred, false, root, true, rows.length, d, d);
  }

  private static double[] centred(
      double[][] rows, int first, int count, FeatureStatistics statistics, double scale) {
    int d = statistics.dimensions();
    double[] centred = new double[Math.multiplyExact(count, d)];
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < d; k++) {
        centred[i * d + k] = (rows[first + i][k] - statistics.mean()[k]) * scale;
      }
    }
    return centred;
  }

  /** All but the cross term: ‖Δµ‖² + Tr(Σ₁ + Σ₂). */
  private double separable(FeatureStatistics statistics) {
    int d = reference.dimensions();
    double sum = 0;
    for (int i = 0; i < d; i++) {
      double difference = statistics.mean()[i] - reference.mean()[i];
      sum += difference * difference;
      sum += statistics.covariance()[i * d + i] + reference.covariance()[i * d + i];
    }
    return sum;
  }

  private void requireSameDimensions(int dimensions) {
    if (dimensions != reference.dimensions()) {
      throw new IllegalArgumentException(
          "cannot compare %d features with %d: they come from different extractors"
              .formatted(dimensions, reference.dimensions()));
    }
  }

  private static double sum(double[] values) {
    return DoubleStream.of(values).sum();
  }

  private static double variance(double[] values) {
    double mean = sum(values) / values.length;
    return DoubleStream.of(values).map(v -> (v - mean) * (v - mean)).sum() / values.length;
  }
}
