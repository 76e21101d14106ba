package org.edm2search.eval.fid;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * Fréchet distance between two normal distributions (Dowson and Landau 1982): ‖Δµ‖² + Tr(Σ₁ + Σ₂ −
 * 2(Σ₁Σ₂)^½). With Inception features it is the FID (Heusel et al. 2017).
 */
public final class FrechetDistance {

  private FrechetDistance() {}

  /** Returns the distance, in double precision. */
  public static double between(FeatureStatistics a, FeatureStatistics b) {
    requireSameDimensions(a, b);
    return squaredDifference(a, b) + trace(a) + trace(b) - 2 * crossTrace(a, b);
  }

  private static double squaredDifference(FeatureStatistics a, FeatureStatistics b) {
    double sum = 0;
    for (int i = 0; i < a.dimensions(); i++) {
      double difference = a.mean()[i] - b.mean()[i];
      sum += difference * difference;
    }
    return sum;
  }

  /**
   * Returns the distance of rows of features to a distribution. Never decomposes a matrix larger
   * than rows × features, so that few rows of many features are cheap; equals {@link
   * #between(FeatureStatistics, FeatureStatistics)} of their statistics.
   *
   * @param rows features, at least two rows
   */
  public static double between(double[][] rows, FeatureStatistics reference) {
    FeatureStatistics statistics = FeatureStatistics.of(rows);
    int d = reference.dimensions();
    if (rows.length >= d) {
      return between(statistics, reference);
    }
    requireSameDimensions(statistics, reference);
    // With centred rows X, Σ₁ = XᵀX/(n−1): Tr (Σ₁Σ₂)^½ is the nuclear norm of X·Σ₂^½/√(n−1).
    DMatrixRMaj centred = new DMatrixRMaj(rows.length, d);
    double scale = 1 / Math.sqrt(rows.length - 1.0);
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < d; j++) {
        centred.set(i, j, (rows[i][j] - statistics.mean()[j]) * scale);
      }
    }
    DMatrixRMaj product = new DMatrixRMaj(rows.length, d);
    CommonOps_DDRM.mult(centred, SymmetricEigen.of(reference).root(), product);
    return squaredDifference(statistics, reference)
        + trace(statistics)
        + trace(reference)
        - 2 * nuclearNorm(product);
  }

  private static void requireSameDimensions(FeatureStatistics a, FeatureStatistics b) {
    if (a.dimensions() != b.dimensions()) {
      throw new IllegalArgumentException(
          "cannot compare %d features with %d: they come from different extractors"
              .formatted(a.dimensions(), b.dimensions()));
    }
  }

  private static double trace(FeatureStatistics statistics) {
    return CommonOps_DDRM.trace(matrix(statistics));
  }

  static DMatrixRMaj matrix(FeatureStatistics statistics) {
    return DMatrixRMaj.wrap(
        statistics.dimensions(), statistics.dimensions(), statistics.covariance());
  }

  /** Tr (Σ₁Σ₂)^½ as the sum of the singular values of Σ₁^½Σ₂^½: no root of a tiny eigenvalue. */
  private static double crossTrace(FeatureStatistics a, FeatureStatistics b) {
    DMatrixRMaj product = new DMatrixRMaj(a.dimensions(), a.dimensions());
    CommonOps_DDRM.multTransA(SymmetricEigen.of(a).root(), SymmetricEigen.of(b).root(), product);
    return nuclearNorm(product);
  }

  private static double nuclearNorm(DMatrixRMaj product) {
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(product.numRows, product.numCols, false, false, true);
    if (!svd.decompose(product)) {
      throw new IllegalStateException("the singular values of the covariances do not converge");
    }
    double sum = 0;
    for (int i = 0; i < svd.numberOfSingularValues(); i++) {
      sum += svd.getSingularValues()[i];
    }
    return sum;
  }
}
