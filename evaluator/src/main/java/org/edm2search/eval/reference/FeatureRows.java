package org.edm2search.eval.reference;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.edm2search.data.ImageDataset;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.model.checkpoint.Tensor;

/** Features of images, one row each. Extractors compute in float32, as is stored. */
final class FeatureRows {

  private FeatureRows() {}

  /**
   * Returns the features of images by index, [indices, d], read in bounded batches.
   *
   * @param progress told of images done
   */
  static double[][] measure(
      ImageDataset images, int[] indices, FeatureExtractor extractor, LongConsumer progress) {
    double[][] features = new double[indices.length][];
    int batch = images.batchSize();
    for (int first = 0; first < indices.length; first += batch) {
      int end = Math.min(first + batch, indices.length);
      double[][] some = extractor.features(images.read(Arrays.copyOfRange(indices, first, end)));
      System.arraycopy(some, 0, features, first, some.length);
      progress.accept(end);
    }
    return features;
  }

  /** Returns the rows of a tensor [n, d]. */
  static double[][] of(Tensor tensor) {
    int dimensions = tensor.shape().get(1);
    double[] values = tensor.doubles();
    double[][] rows = new double[tensor.shape().get(0)][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(values, i * dimensions, (i + 1) * dimensions));
    return rows;
  }

  /** Returns rows as a float32 tensor [n, d]. */
  static Tensor tensor(double[][] rows) {
    int dimensions = rows[0].length;
    float[] values = new float[Math.multiplyExact(rows.length, dimensions)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / dimensions][i % dimensions];
    }
    return new Tensor(List.of(rows.length, dimensions), values);
  }
}
