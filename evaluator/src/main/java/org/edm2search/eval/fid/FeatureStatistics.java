package org.edm2search.eval.fid;

import java.util.Arrays;

/**
 * Mean and covariance of features.
 *
 * @param count number of images, at least 2, or {@link #UNKNOWN}
 * @param mean mean, [d]
 * @param covariance covariance with divisor count − 1, row-major [d, d]
 */
public record FeatureStatistics(long count, double[] mean, double[] covariance) {

  /** Count of statistics that others computed without telling it. */
  public static final long UNKNOWN = 0;

  public FeatureStatistics {
    if (count < 2 && count != UNKNOWN) {
      throw new IllegalArgumentException("statistics need at least 2 images, but have " + count);
    }
    if (mean.length == 0 || covariance.length != mean.length * mean.length) {
      throw new IllegalArgumentException(
          "%d means need %d covariances, but there are %d"
              .formatted(mean.length, mean.length * mean.length, covariance.length));
    }
  }

  /** Returns the number of features. */
  public int dimensions() {
    return mean.length;
  }

  /** Gathers features in a stream: memory does not grow with the number of images. */
  public static final class Builder {
    private static final int BLOCK = 256;

    private final int dimensions;
    private final double[] sum;
    private final double[] products;
    private final double[] origin;
    private final double[] block;
    private int blockRows;
    private long count;

    /** Gathers features of a number of dimensions. */
    public Builder(int dimensions) {
      this.dimensions = dimensions;
      sum = new double[dimensions];
      products = new double[dimensions * dimensions];
      origin = new double[dimensions];
      block = new double[BLOCK * dimensions];
    }

    /** Adds the features of one image. */
    public void add(double[] features) {
      if (features.length != dimensions) {
        throw new IllegalArgumentException(
            "expected %d features, but received %d".formatted(dimensions, features.length));
      }
      if (count == 0) {
        // Sums relative to the first image lose fewer digits.
        System.arraycopy(features, 0, origin, 0, dimensions);
      }
      int start = blockRows * dimensions;
      for (int i = 0; i < dimensions; i++) {
        double shifted = features[i] - origin[i];
        block[start + i] = shifted;
        sum[i] += shifted;
      }
      count++;
      if (++blockRows == BLOCK) {
        flush();
      }
    }

    private void flush() {
      Lapack.addGram(block, blockRows, dimensions, products);
      blockRows = 0;
    }

    /** Returns the number of images so far. */
    public long count() {
      return count;
    }

    /** Returns the statistics of all features added. */
    public FeatureStatistics build() {
      if (count < 2) {
        throw new IllegalArgumentException("statistics need at least 2 images, but have " + count);
      }
      flush();
      int d = dimensions;
      double[] mean = new double[d];
      double[] covariance = new double[d * d];
      for (int i = 0; i < d; i++) {
        mean[i] = origin[i] + sum[i] / count;
        for (int j = 0; j <= i; j++) {
          double value = (products[i * d + j] - sum[i] * (sum[j] / count)) / (count - 1);
          covariance[i * d + j] = value;
          covariance[j * d + i] = value;
        }
      }
      return new FeatureStatistics(count, mean, covariance);
    }
  }

  /** Returns the statistics of rows of features. */
  public static FeatureStatistics of(double[][] features) {
    Builder builder = new Builder(features[0].length);
    for (double[] row : features) {
      builder.add(row);
    }
    return builder.build();
  }

  /** Returns the statistics of the union of two sets (Chan et al. 1979). */
  public FeatureStatistics merge(FeatureStatistics other) {
    int d = dimensions();
    if (other.dimensions() != d) {
      throw new IllegalArgumentException(
          "cannot merge statistics of %d and %d features".formatted(d, other.dimensions()));
    }
    if (count == UNKNOWN || other.count == UNKNOWN) {
      throw new IllegalArgumentException("cannot merge statistics of an unknown number of images");
    }
    double total = count + other.count;
    double[] merged = new double[d];
    double[] covariances = new double[d * d];
    for (int i = 0; i < d; i++) {
      merged[i] = mean[i] + (other.mean[i] - mean[i]) * (other.count / total);
    }
    double between = count * (other.count / total);
    for (int i = 0; i < d; i++) {
      double left = other.mean[i] - mean[i];
      for (int j = 0; j < d; j++) {
        double scatter =
            covariance[i * d + j] * (count - 1)
                + other.covariance[i * d + j] * (other.count - 1)
                + between * left * (other.mean[j] - mean[j]);
        covariances[i * d + j] = scatter / (total - 1);
      }
    }
    return new FeatureStatistics(count + other.count, merged, covariances);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FeatureStatistics that
        && count == that.count
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(covariance, that.covariance);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(count) * 31 + Arrays.hashCode(mean);
  }

  @Override
  public String toString() {
    return "FeatureStatistics[count=%d, dimensions=%d]".formatted(count, dimensions());
  }
}
