package org.edm2search.eval.fid;

/** Inner products with fixed rows of features. */
final class RowProducts {

  private final int count;
  private final double[] flat;

  RowProducts(double[][] rows) {
    count = rows.length;
    flat = Lapack.flat(rows);
  }

  /** Returns the number of fixed rows. */
  int count() {
    return count;
  }

  /** Returns the products of other rows with these, [others, rows]. */
  double[] of(double[][] others) {
    return Lapack.multiply(
        Lapack.flat(others), false, flat, true, others.length, others[0].length, count);
  }
}
