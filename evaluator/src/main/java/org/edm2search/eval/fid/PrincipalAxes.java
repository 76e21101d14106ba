package org.edm2search.eval.fid;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * The principal axes of a reference: its eigenvectors of largest variance. A Fréchet distance along
 * few axes ranks right at sample counts where the full distance rewards low variance, because the
 * covariance of few features is known well from few samples.
 */
public final class PrincipalAxes {

  private final DMatrixRMaj basis;
  private final FeatureStatistics reference;

  /**
   * Finds the axes.
   *
   * @param reference statistics that choose the axes
   * @param axes number of axes, at most the dimensions
   */
  public PrincipalAxes(FeatureStatistics reference, int axes) {
    int d = reference.dimensions();
    if (axes < 1 || axes > d) {
      throw new IllegalArgumentException(
          "%d features have 1 to %d principal axes, but %d were asked for".formatted(d, d, axes));
    }
    SymmetricEigen eigen = SymmetricEigen.of(reference);
    int[] order = eigen.descending();
    basis = new DMatrixRMaj(d, axes);
    for (int k = 0; k < axes; k++) {
      for (int i = 0; i < d; i++) {
        basis.set(i, k, eigen.vectors().get(i, order[k]));
      }
    }
    this.reference = project(reference);
  }

  /** Returns the reference along the axes. */
  public FeatureStatistics reference() {
    return reference;
  }

  /** Returns rows of features along the axes, [n, axes]. */
  public double[][] project(double[][] rows) {
    DMatrixRMaj projected = new DMatrixRMaj(rows.length, basis.numCols);
    CommonOps_DDRM.mult(new DMatrixRMaj(rows), basis, projected);
    double[][] result = new double[rows.length][basis.numCols];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(projected.data, i * basis.numCols, result[i], 0, basis.numCols);
    }
    return result;
  }

  /** Returns statistics of features along the axes. */
  public FeatureStatistics project(FeatureStatistics statistics) {
    DMatrixRMaj mean = new DMatrixRMaj(1, basis.numCols);
    CommonOps_DDRM.mult(
        DMatrixRMaj.wrap(1, statistics.dimensions(), statistics.mean()), basis, mean);
    DMatrixRMaj half = new DMatrixRMaj(basis.numRows, basis.numCols);
    CommonOps_DDRM.mult(FrechetDistance.matrix(statistics), basis, half);
    DMatrixRMaj covariance = new DMatrixRMaj(basis.numCols, basis.numCols);
    CommonOps_DDRM.multTransA(basis, half, covariance);
    return new FeatureStatistics(statistics.count(), mean.data, covariance.data);
  }
}
