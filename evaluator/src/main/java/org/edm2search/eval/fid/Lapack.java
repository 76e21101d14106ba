package org.edm2search.eval.fid;

import org.bytedeco.openblas.global.openblas;

/**
 * Dense linear algebra in double precision by OpenBLAS, which ND4J brings along. Matrices are
 * row-major.
 */
final class Lapack {

  private Lapack() {}

  /**
   * Returns a product A·B, [rows, columns].
   *
   * @param a [rows, inner], or [inner, rows] if transposed
   * @param b [inner, columns], or [columns, inner] if transposed
   */
  static double[] multiply(
      double[] a,
      boolean transposeA,
      double[] b,
      boolean transposeB,
      int rows,
      int inner,
      int columns) {
    double[] product = new double[Math.multiplyExact(rows, columns)];
    openblas.cblas_dgemm(
        openblas.CblasRowMajor,
        transposeA ? openblas.CblasTrans : openblas.CblasNoTrans,
        transposeB ? openblas.CblasTrans : openblas.CblasNoTrans,
        rows,
        columns,
        inner,
        1,
        a,
        transposeA ? rows : inner,
        b,
        transposeB ? inner : columns,
        0,
        product,
        columns);
    return product;
  }

  /**
   * Adds AᵀA to a sum, below the diagonal and on it.
   *
   * @param a at least [rows, columns]
   * @param sum [columns, columns]
   */
  static void addGram(double[] a, int rows, int columns, double[] sum) {
    openblas.cblas_dsyrk(
        openblas.CblasRowMajor,
        openblas.CblasLower,
        openblas.CblasTrans,
        columns,
        rows,
        1,
        a,
        columns,
        1,
        sum,
        columns);
  }

  /**
   * Decomposes a symmetric matrix in place.
   *
   * @param matrix [n, n]; afterwards row k is the eigenvector of value k
   * @return the eigenvalues, ascending
   */
  static double[] eigen(double[] matrix, int n) {
    double[] values = new double[n];
    int failed =
        openblas.LAPACKE_dsyevd(
            openblas.LAPACK_COL_MAJOR, (byte) 'V', (byte) 'U', n, matrix, n, values);
    requireConverged(failed, "eigenvalues");
    return values;
  }

  /** Returns the singular values of a matrix, which is overwritten; descending. */
  static double[] singularValues(double[] matrix, int rows, int columns) {
    int count = Math.min(rows, columns);
    double[] values = new double[count];
    double[] unused = new double[1];
    // Column by column the matrix is its transpose, of the same singular values.
    int failed =
        openblas.LAPACKE_dgesdd(
            openblas.LAPACK_COL_MAJOR,
            (byte) 'N',
            columns,
            rows,
            matrix,
            columns,
            values,
            unused,
            columns,
            unused,
            count);
    requireConverged(failed, "singular values");
    return values;
  }

  /**
   * Singular values, descending, and left singular vectors.
   *
   * @param left [rows, values]
   */
  record LeftSingular(double[] values, double[] left) {}

  /** Returns the singular values and left singular vectors of a matrix, which is overwritten. */
  static LeftSingular leftSingular(double[] matrix, int rows, int columns) {
    int count = Math.min(rows, columns);
    double[] values = new double[count];
    double[] right = new double[Math.multiplyExact(columns, count)];
    double[] left = new double[Math.multiplyExact(rows, count)];
    int failed =
        openblas.LAPACKE_dgesdd(
            openblas.LAPACK_COL_MAJOR,
            (byte) 'S',
            columns,
            rows,
            matrix,
            columns,
            values,
            right,
            columns,
            left,
            count);
    requireConverged(failed, "singular values");
    return new LeftSingular(values, left);
  }

  private static void requireConverged(int failed, String what) {
    if (failed != 0) {
      throw new IllegalStateException(
          "the %s of a covariance do not converge (LAPACK says %d)".formatted(what, failed));
    }
  }

  /** Returns rows one after the other. */
  static double[] flat(double[][] rows) {
    int d = rows[0].length;
    double[] flat = new double[Math.multiplyExact(rows.length, d)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * d, d);
    }
    return flat;
  }
}
