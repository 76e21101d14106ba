package org.edm2search.campaign.strategy;

import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealVector;

/**
 * A Gaussian process on genotypes with zero mean and a known noise variance at each point
 * (Rasmussen and Williams 2006, algorithm 2.1). Immutable.
 */
final class GaussianProcess {

  /** Keeps the matrix positive definite where points are equal and noise is none. */
  private static final double JITTER = 1e-6;

  /**
   * An observed genotype.
   *
   * @param place where it is
   * @param value standardized, lower is better
   * @param variance of the value's noise
   */
  record Point(Place place, double value, double variance) {}

  /**
   * Where a genotype is.
   *
   * @param alleles its alleles by locus
   * @param cost standardized logarithm of what its network costs
   */
  record Place(List<Integer> alleles, double cost) {
    Place {
      alleles = List.copyOf(alleles);
    }

    int[] array() {
      return alleles.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /** What is believed of a genotype's noiseless value. */
  record Belief(double mean, double deviation) {}

  private final CategoricalKernel kernel;
  private final double[] shares;
  private final int[][] points;
  private final double[] costs;

  /** Rows of the Cholesky factor, each up to its diagonal. */
  private final double[][] lower;

  private final RealVector weights;
  private final double logLikelihood;

  GaussianProcess(CategoricalKernel kernel, int[] geneOfLocus, List<Point> data) {
    this.kernel = kernel;
    this.shares = kernel.shares(geneOfLocus);
    this.points = data.stream().map(point -> point.place().array()).toArray(int[][]::new);
    this.costs = data.stream().mapToDouble(point -> point.place().cost()).toArray();
    int n = points.length;
    double[][] covariance = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        covariance[i][j] = kernel.covariance(points[i], points[j], costs[i] - costs[j], shares);
        covariance[j][i] = covariance[i][j];
      }
      covariance[i][i] += kernel.noise() * data.get(i).variance() + JITTER;
    }
    CholeskyDecomposition cholesky =
        new CholeskyDecomposition(new Array2DRowRealMatrix(covariance, false));
    RealVector values =
        new ArrayRealVector(data.stream().mapToDouble(Point::value).toArray(), false);
    this.lower = cholesky.getL().getData();
    this.weights = cholesky.getSolver().solve(values);
    this.logLikelihood =
        -0.5 * values.dotProduct(weights) - halfLogDeterminant() - 0.5 * n * Math.log(2 * Math.PI);
  }

  private double halfLogDeterminant() {
    double sum = 0;
    for (int i = 0; i < lower.length; i++) {
      sum += Math.log(lower[i][i]);
    }
    return sum;
  }

  /** Returns the logarithm of the data's marginal likelihood. */
  double logLikelihood() {
    return logLikelihood;
  }

  Belief belief(Place place) {
    int[] point = place.array();
    double[] covariances = new double[points.length];
    for (int i = 0; i < points.length; i++) {
      covariances[i] = kernel.covariance(points[i], point, costs[i] - place.cost(), shares);
    }
    double mean = 0;
    for (int i = 0; i < covariances.length; i++) {
      mean += covariances[i] * weights.getEntry(i);
    }
    double variance = kernel.covariance(point, point, 0, shares) - explained(covariances);
    return new Belief(mean, Math.sqrt(Math.max(variance, 1e-12)));
  }

  /**
   * Returns |L⁻¹k|², by forward substitution: half of what solving for the inverse takes, and along
   * the rows, which is what most of a proposal's time goes into.
   *
   * @param covariances k; overwritten
   */
  private double explained(double[] covariances) {
    double sum = 0;
    for (int i = 0; i < covariances.length; i++) {
      double[] row = lower[i];
      double value = covariances[i];
      for (int j = 0; j < i; j++) {
        value -= row[j] * covariances[j];
      }
      value /= row[i];
      covariances[i] = value;
      sum += value * value;
    }
    return sum;
  }

  /** Returns only the mean of the belief, which is cheaper. */
  double mean(Place place) {
    int[] point = place.array();
    double mean = 0;
    for (int i = 0; i < points.length; i++) {
      mean +=
          kernel.covariance(points[i], point, costs[i] - place.cost(), shares)
              * weights.getEntry(i);
    }
    return mean;
  }
}
