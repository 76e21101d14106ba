package org.edm2search.campaign.analysis;

import java.util.random.RandomGenerator;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;

/**
 * What samples say of the coefficients of a linear model if those, apart from the first, scatter by
 * a given multiple of the residuals: a normal distribution (Rasmussen and Williams 2006, section
 * 2.1).
 */
final class RidgePosterior {

  private static final double LEAST_VARIANCE = 1e-12;

  private final double[] mean;
  private final double variance;
  private final double logEvidence;
  private final double degrees;
  private final RealMatrix factor;
  private final RealMatrix inverse;

  /**
   * Fits.
   *
   * @param products sums over samples of products of columns
   * @param sums of products of columns and values
   * @param squares sum of squared values
   * @param count of samples
   * @param penalty residual variance divided by the coefficients'
   */
  RidgePosterior(double[][] products, double[] sums, double squares, int count, double penalty) {
    int columns = sums.length;
    double[][] matrix = new double[columns][];
    for (int i = 0; i < columns; i++) {
      matrix[i] = products[i].clone();
      matrix[i][i] += i == 0 ? 0 : penalty;
    }
    CholeskyDecomposition cholesky =
        new CholeskyDecomposition(new Array2DRowRealMatrix(matrix, false));
    RealVector right = new ArrayRealVector(sums, false);
    RealVector solution = cholesky.getSolver().solve(right);
    mean = solution.toArray();
    variance = Math.max(LEAST_VARIANCE, (squares - right.dotProduct(solution)) / (count - 1));
    factor = cholesky.getLT();
    inverse = cholesky.getSolver().getInverse();
    double logDeterminant = 0;
    double used = 1;
    for (int i = 0; i < columns; i++) {
      logDeterminant += 2 * Math.log(factor.getEntry(i, i));
      used += i == 0 ? 0 : 1 - penalty * inverse.getEntry(i, i);
    }
    logEvidence =
        -0.5
            * ((count - 1) * Math.log(variance)
                + logDeterminant
                - (columns - 1) * Math.log(penalty));
    degrees = Math.max(1, count - used);
  }

  /** Returns the log of the restricted likelihood, up to a constant. */
  double logEvidence() {
    return logEvidence;
  }

  /** Returns the variance of residuals. */
  double variance() {
    return variance;
  }

  /** Returns the degrees of freedom of that variance. */
  double degrees() {
    return degrees;
  }

  /** Returns the mean of a coefficient. */
  double mean(int column) {
    return mean[column];
  }

  /** Returns the covariance of two coefficients. */
  double covariance(int column, int other) {
    return variance * inverse.getEntry(column, other);
  }

  /** Draws coefficients: mean + σ·L⁻ᵀz has the covariance σ²(LLᵀ)⁻¹. */
  double[] draw(RandomGenerator random) {
    double[] drawn = new double[mean.length];
    for (int i = drawn.length - 1; i >= 0; i--) {
      double rest = random.nextGaussian();
      for (int j = i + 1; j < drawn.length; j++) {
        rest -= factor.getEntry(i, j) * drawn[j];
      }
      drawn[i] = rest / factor.getEntry(i, i);
    }
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = mean[i] + Math.sqrt(variance) * drawn[i];
    }
    return drawn;
  }
}
