package org.edm2search.train.ema;

import java.util.List;
import org.edm2search.model.EmaLength;

/**
 * Reconstructs an average of any length from stored snapshots of two (EDM2, section 3.2): the
 * combination whose profile is nearest to the wanted one in least squares.
 */
public final class PostHocEma {

  /**
   * One stored average.
   *
   * @param images trained images when it was stored
   * @param sigmaRel its length, relative to the training time
   */
  public record Snapshot(long images, double sigmaRel) {
    public Snapshot {
      if (images < 1) {
        throw new IllegalArgumentException("images must be at least 1, but is " + images);
      }
      EmaLength.require(sigmaRel);
    }
  }

  private PostHocEma() {}

  /**
   * Returns the factor of each snapshot; they sum to 1.
   *
   * @param snapshots stored averages
   * @param images training time of the wanted average, trained images
   * @param sigmaRel length of the wanted average
   */
  public static double[] coefficients(List<Snapshot> snapshots, long images, double sigmaRel) {
    if (snapshots.isEmpty()) {
      throw new IllegalArgumentException("a reconstruction needs at least one snapshot");
    }
    int n = snapshots.size();
    double[] exponents = new double[n];
    for (int i = 0; i < n; i++) {
      exponents[i] = PowerEma.of(snapshots.get(i).sigmaRel).exponent();
    }
    double target = PowerEma.of(sigmaRel).exponent();
    double[][] gram = new double[n][n + 1];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        gram[i][j] =
            dot(snapshots.get(i).images, exponents[i], snapshots.get(j).images, exponents[j]);
      }
      gram[i][n] = dot(snapshots.get(i).images, exponents[i], images, target);
    }
    double[] factors = solve(gram);
    double sum = java.util.Arrays.stream(factors).sum();
    for (int i = 0; i < n; i++) {
      factors[i] /= sum;
    }
    return factors;
  }

  /** Inner product of two profiles (EDM2, equation 141). */
  private static double dot(double imagesA, double gammaA, double imagesB, double gammaB) {
    if (imagesA > imagesB) {
      return dot(imagesB, gammaB, imagesA, gammaA);
    }
    return (gammaA + 1)
        * (gammaB + 1)
        / (gammaA + gammaB + 1)
        * Math.pow(imagesA / imagesB, gammaB)
        / imagesB;
  }

  /** Gaussian elimination with partial pivoting. */
  private static double[] solve(double[][] m) {
    int n = m.length;
    for (int column = 0; column < n; column++) {
      int pivot = column;
      for (int row = column + 1; row < n; row++) {
        if (Math.abs(m[row][column]) > Math.abs(m[pivot][column])) {
          pivot = row;
        }
      }
      double[] swap = m[column];
      m[column] = m[pivot];
      m[pivot] = swap;
      for (int row = column + 1; row < n; row++) {
        double factor = m[row][column] / m[column][column];
        for (int k = column; k <= n; k++) {
          m[row][k] -= factor * m[column][k];
        }
      }
    }
    double[] x = new double[n];
    for (int row = n - 1; row >= 0; row--) {
      double sum = m[row][n];
      for (int k = row + 1; k < n; k++) {
        sum -= m[row][k] * x[k];
      }
      x[row] = sum / m[row][row];
    }
    return x;
  }
}
