package org.edm2search.eval.fid;

import java.util.Arrays;

/**
 * Looks for memorized images: the distance of each image to the nearest training image in feature
 * space, gathered in a stream over the training set. A generator that copies has samples closer to
 * training images than other real images are.
 */
public final class NearestNeighbours {

  private final SquaredDistances toRows;
  private final double[] distances;
  private final long[] nearest;
  private long seen;

  /** Looks for the neighbours of rows of features. */
  public NearestNeighbours(double[][] rows) {
    toRows = new SquaredDistances(rows);
    distances = new double[rows.length];
    Arrays.fill(distances, Double.POSITIVE_INFINITY);
    nearest = new long[rows.length];
  }

  /** Compares with the features of the next training images. */
  public void add(double[][] training) {
    double[] all = toRows.of(training);
    for (int k = 0; k < training.length; k++) {
      for (int i = 0; i < distances.length; i++) {
        double distance = all[k * distances.length + i];
        if (distance < distances[i]) {
          distances[i] = distance;
          nearest[i] = seen;
        }
      }
      seen++;
    }
  }

  /** Returns the distance of each row to the nearest training image. */
  public double[] distances() {
    return Arrays.stream(distances).map(Math::sqrt).toArray();
  }

  /** Returns the index of the nearest training image of each row. */
  public long[] indices() {
    return nearest.clone();
  }

  /**
   * Returns the share of samples closer to a training image than all but one percent of held-out
   * real images: about 0.01 for a generator that does not memorize.
   *
   * @param samples distances of samples to their nearest training images
   * @param heldOut the same of held-out images, at least one
   */
  public static double memorizedShare(double[] samples, double[] heldOut) {
    double[] real = heldOut.clone();
    Arrays.sort(real);
    double limit = real[(int) Math.floor(0.01 * (real.length - 1))];
    return Arrays.stream(samples).filter(distance -> distance <= limit).count()
        / (double) samples.length;
  }
}
