package org.edm2search.eval.fid;

import java.util.Arrays;

/**
 * Kernel distance (KID, Bińkowski et al. 2018): the unbiased squared maximum mean discrepancy with
 * the kernel (x·y/d + 1)³. Its expectation does not depend on the number of samples, and it may be
 * negative. All pairs are used instead of an average over random subsets: the same expectation, and
 * less scatter.
 */
public final class KernelDistance {

  private static final int BLOCK = 250;

  private final RowProducts reference;
  private final double withinReference;

  /**
   * Prepares a reference.
   *
   * @param reference features of real images, at least two rows
   */
  public KernelDistance(double[][] reference) {
    this.reference = new RowProducts(reference);
    double sum = 0;
    for (double others : meansOverOthers(reference)) {
      sum += others;
    }
    withinReference = sum / reference.length;
  }

  /**
   * Returns the distance of samples to the reference, which is taken as fixed for the standard
   * deviation.
   *
   * @param rows features, at least two rows
   */
  public Estimate of(double[][] rows) {
    int n = rows.length;
    double[] own = meansOverOthers(rows);
    int m = reference.count();
    double[] influence = new double[n];
    double sum = 0;
    double all = 0;
    for (int first = 0; first < n; first += BLOCK) {
      double[][] block = Arrays.copyOfRange(rows, first, Math.min(first + BLOCK, n));
      double[] across = kernel(reference, block);
      for (int i = 0; i < block.length; i++) {
        double other = 0;
        for (int j = 0; j < m; j++) {
          other += across[i * m + j];
        }
        other /= m;
        influence[first + i] = 2 * (own[first + i] - other);
        sum += influence[first + i];
        all += own[first + i] - 2 * other;
      }
    }
    double mean = sum / n;
    double squares = 0;
    for (double value : influence) {
      squares += (value - mean) * (value - mean);
    }
    return new Estimate(all / n + withinReference, Math.sqrt(squares / (n - 1) / n));
  }

  /** Returns the mean kernel of each row with all others, in blocks: memory grows with n alone. */
  private static double[] meansOverOthers(double[][] rows) {
    int n = rows.length;
    RowProducts all = new RowProducts(rows);
    double[] means = new double[n];
    for (int first = 0; first < n; first += BLOCK) {
      double[][] block = Arrays.copyOfRange(rows, first, Math.min(first + BLOCK, n));
      double[] within = kernel(all, block);
      for (int i = 0; i < block.length; i++) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
          sum += j == first + i ? 0 : within[i * n + j];
        }
        means[first + i] = sum / (n - 1);
      }
    }
    return means;
  }

  private static double[] kernel(RowProducts rows, double[][] block) {
    double[] kernel = rows.of(block);
    for (int i = 0; i < kernel.length; i++) {
      double base = kernel[i] / block[0].length + 1;
      kernel[i] = base * base * base;
    }
    return kernel;
  }
}
