package org.edm2search.eval.fid;

import java.util.Arrays;

/**
 * The principal axes of a reference: its eigenvectors of largest variance. A Fréchet distance along
 * few axes ranks right at sample counts where the full distance rewards low variance, because the
 * covariance of few features is known well from few samples.
 */
public final class PrincipalAxes {

  private final int axes;
  private final double[] basis;
  private final FeatureStatistics reference;

  /** Use {@link FrechetDistance#principalAxes}. */
  PrincipalAxes(FeatureStatistics reference, SymmetricEigen eigen, int axes) {
    int d = reference.dimensions();
    if (axes < 1 || axes > d) {
      throw new IllegalArgumentException(
          "%d features have 1 to %d principal axes, but %d were asked for".formatted(d, d, axes));
    }
    this.axes = axes;
    basis = eigen.largest(axes);
    this.reference = project(reference);
  }

  /** Returns the reference along the axes. */
  public FeatureStatistics reference() {
    return reference;
  }

  /** Returns rows of features along the axes, [n, axes]. */
  public double[][] project(double[][] rows) {
    double[] projected =
        Lapack.multiply(Lapack.flat(rows), false, basis, true, rows.length, rows[0].length, axes);
    double[][] result = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      result[i] = Arrays.copyOfRange(projected, i * axes, (i + 1) * axes);
    }
    return result;
  }

  /** Returns statistics of features along the axes. */
  public FeatureStatistics project(FeatureStatistics statistics) {
    int d = statistics.dimensions();
    double[] mean = Lapack.multiply(statistics.mean(), false, basis, true, 1, d, axes);
    double[] half = Lapack.multiply(basis, false, statistics.covariance(), false, axes, d, d);
    double[] covariance = Lapack.multiply(half, false, basis, true, axes, d, axes);
    return new FeatureStatistics(statistics.count(), mean, covariance);
  }
}
