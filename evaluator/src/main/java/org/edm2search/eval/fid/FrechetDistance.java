package org.edm2search.eval.fid;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
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
    double distance = 0;
    for (int i = 0; i < a.dimensions(); i++) {
      double difference = a.mean()[i] - b.mean()[i];
      distance += difference * difference;
    }
    return distance + trace(a) + trace(b) - 2 * crossTrace(a, b);
  }

  /**
   * Returns the distance along the principal axes of the reference: its eigenvectors of largest
   * variance. Ranks right at sample counts where the full distance rewards low variance.
   *
   * @param generated statistics to judge
   * @param reference statistics that choose the axes
   * @param axes number of axes, at most the dimensions
   */
  public static double onPrincipalAxes(
      FeatureStatistics generated, FeatureStatistics reference, int axes) {
    requireSameDimensions(generated, reference);
    int d = reference.dimensions();
    if (axes < 1 || axes > d) {
      throw new IllegalArgumentException(
          "%d features have 1 to %d principal axes, but %d were asked for".formatted(d, d, axes));
    }
    Eigen eigen = Eigen.of(reference);
    DMatrixRMaj basis = new DMatrixRMaj(d, axes);
    int[] order = eigen.descending();
    for (int k = 0; k < axes; k++) {
      for (int i = 0; i < d; i++) {
        basis.set(i, k, eigen.vectors.get(i, order[k]));
      }
    }
    return between(project(generated, basis), project(reference, basis));
  }

  private static FeatureStatistics project(FeatureStatistics statistics, DMatrixRMaj basis) {
    DMatrixRMaj mean = new DMatrixRMaj(1, basis.numCols);
    CommonOps_DDRM.mult(
        DMatrixRMaj.wrap(1, statistics.dimensions(), statistics.mean()), basis, mean);
    DMatrixRMaj half = new DMatrixRMaj(basis.numRows, basis.numCols);
    CommonOps_DDRM.mult(matrix(statistics), basis, half);
    DMatrixRMaj covariance = new DMatrixRMaj(basis.numCols, basis.numCols);
    CommonOps_DDRM.multTransA(basis, half, covariance);
    return new FeatureStatistics(statistics.count(), mean.data, covariance.data);
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

  private static DMatrixRMaj matrix(FeatureStatistics statistics) {
    return DMatrixRMaj.wrap(
        statistics.dimensions(), statistics.dimensions(), statistics.covariance());
  }

  /** Tr (Σ₁Σ₂)^½ as the sum of the singular values of Σ₁^½Σ₂^½: no root of a tiny eigenvalue. */
  private static double crossTrace(FeatureStatistics a, FeatureStatistics b) {
    DMatrixRMaj product = new DMatrixRMaj(a.dimensions(), a.dimensions());
    CommonOps_DDRM.multTransA(Eigen.of(a).root(), Eigen.of(b).root(), product);
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

  private record Eigen(double[] values, DMatrixRMaj vectors) {

    static Eigen of(FeatureStatistics statistics) {
      int d = statistics.dimensions();
      EigenDecomposition_F64<DMatrixRMaj> decomposition =
          DecompositionFactory_DDRM.eig(d, true, true);
      if (!decomposition.decompose(matrix(statistics).copy())) {
        throw new IllegalStateException("the eigenvalues of a covariance do not converge");
      }
      double[] values = new double[d];
      DMatrixRMaj vectors = new DMatrixRMaj(d, d);
      for (int k = 0; k < d; k++) {
        values[k] = decomposition.getEigenvalue(k).getReal();
        DMatrixRMaj vector = decomposition.getEigenVector(k);
        for (int i = 0; i < d; i++) {
          vectors.set(i, k, vector.get(i));
        }
      }
      return new Eigen(values, vectors);
    }

    /** Returns V·Λ^½: its product with its transpose is the covariance. */
    DMatrixRMaj root() {
      DMatrixRMaj root = vectors.copy();
      for (int k = 0; k < values.length; k++) {
        double scale = Math.sqrt(Math.max(values[k], 0));
        for (int i = 0; i < values.length; i++) {
          root.set(i, k, root.get(i, k) * scale);
        }
      }
      return root;
    }

    int[] descending() {
      return java.util.stream.IntStream.range(0, values.length)
          .boxed()
          .sorted((i, j) -> Double.compare(values[j], values[i]))
          .mapToInt(Integer::intValue)
          .toArray();
    }
  }
}
