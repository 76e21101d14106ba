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
  private static final int BLOCK = 250;

  /**
   * Measures samples against real images.
   *
   * @param rows features of the samples
   * @param real features of real images, more than {@value #NEIGHBOURS} rows
   */
  public static DensityCoverage of(double[][] rows, double[][] real) {
    double[] radii = radii(real);
    SquaredDistances toRows = new SquaredDistances(rows);
    long inside = 0;
    int covered = 0;
    for (int first = 0; first < real.length; first += BLOCK) {
      double[][] block = block(real, first);
      double[] distances = toRows.of(block);
      for (int i = 0; i < block.length; i++) {
        int near = 0;
        for (int k = 0; k < rows.length; k++) {
          near += distances[i * rows.length + k] < radii[first + i] ? 1 : 0;
        }
        inside += near;
        covered += near > 0 ? 1 : 0;
      }
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
    SquaredDistances toReal = new SquaredDistances(real);
    double[] radii = new double[real.length];
    for (int first = 0; first < real.length; first += BLOCK) {
      double[][] block = block(real, first);
      double[] all = toReal.of(block);
      for (int i = 0; i < block.length; i++) {
        double[] distances = Arrays.copyOfRange(all, i * real.length, (i + 1) * real.length);
        distances[first + i] = 0;
        Arrays.sort(distances);
        radii[first + i] = distances[NEIGHBOURS];
      }
    }
    return radii;
  }

  private static double[][] block(double[][] rows, int first) {
    return Arrays.copyOfRange(rows, first, Math.min(first + BLOCK, rows.length));
  }
}
