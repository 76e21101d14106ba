package org.edm2search.eval.fid;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Kernel distance (KID, Bińkowski et al. 2018): the unbiased squared maximum mean discrepancy with
 * the kernel (x·y/d + 1)³. Its expectation does not depend on the number of samples, and it may be
 * negative. All pairs are used instead of an average over random subsets: the same expectation, and
 * less scatter.
 */
public final class KernelDistance {

  private final double[][] reference;
  private final double withinReference;

  /**
   * Prepares a reference.
   *
   * @param reference features of real images, at least two rows
   */
  public KernelDistance(double[][] reference) {
    this.reference = reference;
    double sum = 0;
    DMatrixRMaj kernel = kernel(reference, reference);
    for (int i = 0; i < reference.length; i++) {
      for (int j = 0; j < reference.length; j++) {
        sum += i == j ? 0 : kernel.get(i, j);
      }
    }
    withinReference = sum / reference.length / (reference.length - 1);
  }

  /**
   * Returns the distance of samples to the reference, which is taken as fixed for the standard
   * deviation.
   *
   * @param rows features, at least two rows
   */
  public Estimate of(double[][] rows) {
    int n = rows.length;
    DMatrixRMaj within = kernel(rows, rows);
    DMatrixRMaj across = kernel(rows, reference);
    double[] influence = new double[n];
    double sum = 0;
    double all = 0;
    for (int i = 0; i < n; i++) {
      double own = 0;
      for (int j = 0; j < n; j++) {
        own += i == j ? 0 : within.get(i, j);
      }
      own /= n - 1;
      double other = 0;
      for (int j = 0; j < reference.length; j++) {
        other += across.get(i, j);
      }
      other /= reference.length;
      influence[i] = 2 * (own - other);
      sum += influence[i];
      all += own - 2 * other;
    }
    double mean = sum / n;
    double squares = 0;
    for (double value : influence) {
      squares += (value - mean) * (value - mean);
    }
    return new Estimate(all / n + withinReference, Math.sqrt(squares / (n - 1) / n));
  }

  private static DMatrixRMaj kernel(double[][] a, double[][] b) {
    DMatrixRMaj kernel = new DMatrixRMaj(a.length, b.length);
    CommonOps_DDRM.multTransB(new DMatrixRMaj(a), new DMatrixRMaj(b), kernel);
    for (int i = 0; i < kernel.data.length; i++) {
      double base = kernel.data[i] / a[0].length + 1;
      kernel.data[i] = base * base * base;
    }
    return kernel;
  }
}
