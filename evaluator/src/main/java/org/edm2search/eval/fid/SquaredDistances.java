package org.edm2search.eval.fid;

/**
 * Squared distances to fixed rows of features, as ‖a‖² + ‖b‖² − 2a·b: one matrix product. Rounding
 * leaves about 10⁻¹⁵ of the squared lengths.
 */
final class SquaredDistances {

  private final RowProducts products;
  private final double[] norms;

  SquaredDistances(double[][] rows) {
    products = new RowProducts(rows);
    norms = norms(rows);
  }

  /** Returns the squared distances of other rows to these, [others, rows]. */
  double[] of(double[][] others) {
    int count = products.count();
    double[] distances = products.of(others);
    double[] lengths = norms(others);
    for (int i = 0; i < others.length; i++) {
      for (int j = 0; j < count; j++) {
        int at = i * count + j;
        distances[at] = Math.max(0, lengths[i] + norms[j] - 2 * distances[at]);
      }
    }
    return distances;
  }

  private static double[] norms(double[][] rows) {
    double[] norms = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (double value : rows[i]) {
        norms[i] += value * value;
      }
    }
    return norms;
  }
}
