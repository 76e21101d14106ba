package org.edm2search.eval.fid;

import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/** Eigenvalues and eigenvectors (columns) of a covariance. */
record SymmetricEigen(double[] values, DMatrixRMaj vectors) {

  static SymmetricEigen of(FeatureStatistics statistics) {
    int d = statistics.dimensions();
    EigenDecomposition_F64<DMatrixRMaj> decomposition =
        DecompositionFactory_DDRM.eig(d, true, true);
    if (!decomposition.decompose(FrechetDistance.matrix(statistics).copy())) {
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
    return new SymmetricEigen(values, vectors);
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
    return IntStream.range(0, values.length)
        .boxed()
        .sorted((i, j) -> Double.compare(values[j], values[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
