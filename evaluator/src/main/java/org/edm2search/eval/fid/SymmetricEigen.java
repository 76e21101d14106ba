package org.edm2search.eval.fid;

/**
 * Eigenvalues and eigenvectors of a covariance.
 *
 * @param values ascending, [d]
 * @param vectors row k belongs to value k, [d, d]
 */
record SymmetricEigen(double[] values, double[] vectors) {

  static SymmetricEigen of(FeatureStatistics statistics) {
    double[] vectors = statistics.covariance().clone();
    double[] values = Lapack.eigen(vectors, statistics.dimensions());
    return new SymmetricEigen(values, vectors);
  }

  /** Returns a root R, [d, d]: RᵀR is the covariance. Row k is √λ times an eigenvector. */
  double[] root() {
    int d = values.length;
    double[] root = vectors.clone();
    for (int k = 0; k < d; k++) {
      double scale = Math.sqrt(Math.max(values[k], 0));
      for (int i = 0; i < d; i++) {
        root[k * d + i] *= scale;
      }
    }
    return root;
  }

  /** Returns the eigenvectors of the largest values, largest first, [count, d]. */
  double[] largest(int count) {
    int d = values.length;
    double[] largest = new double[count * d];
    for (int k = 0; k < count; k++) {
      System.arraycopy(vectors, (d - 1 - k) * d, largest, k * d, d);
    }
    return largest;
  }
}
