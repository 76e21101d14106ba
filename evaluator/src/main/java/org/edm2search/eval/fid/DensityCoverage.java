package org.edm2search.eval.fid;

import java.util.Arrays;

/**
 * Density and coverage (Naeem et al. 2020): how much of the samples lies where real images are, and
 * how much of the real images has samples near. Both are 1 in expectation for a perfect generator,
 * but for coverage's factor 1 − 2^−k.
 *
 * @param density 0 and above; low for images unlike real ones
 * @param coverage 0 to 1; low for missing variety
 */
public record DensityCoverage(double density, double coverage) {

  private static final int NEIGHBOURS = 5;

  /**
   * Measures samples against real images.
   *
   * @param rows features of the samples
   * @param real features of real images, more than {@value #NEIGHBOURS} rows
   */
  public static DensityCoverage of(double[][] rows, double[][] real) {
    double[] radii = radii(real);
    long inside = 0;
    int covered = 0;
    for (int i = 0; i < real.length; i++) {
      int near = 0;
      for (double[] row : rows) {
        near += squaredDistance(row, real[i]) < radii[i] ? 1 : 0;
      }
      inside += near;
      covered += near > 0 ? 1 : 0;
    }
    return new DensityCoverage(
        inside / ((double) NEIGHBOURS * rows.length), covered / (double) real.length);
  }

  /** Squared distance of each row to its k-th nearest neighbour. */
  private static double[] radii(double[][] real) {
    if (real.length <= NEIGHBOURS) {
      throw new IllegalArgumentException(
          "density and coverage need more than %d real images".formatted(NEIGHBOURS));
    }
    double[] radii = new double[real.length];
    for (int i = 0; i < real.length; i++) {
      double[] distances = new double[real.length];
      for (int j = 0; j < real.length; j++) {
        distances[j] = i == j ? 0 : squaredDistance(real[i], real[j]);
      }
      Arrays.sort(distances);
      radii[i] = distances[NEIGHBOURS];
    }
    return radii;
  }

  static double squaredDistance(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      double difference = a[k] - b[k];
      sum += difference * difference;
    }
    return sum;
  }
}
