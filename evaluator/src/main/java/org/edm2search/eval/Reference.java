package org.edm2search.eval;

import java.util.function.LongConsumer;
import org.edm2search.data.ImageBatch;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.fid.FeatureStatistics;

/**
 * What generated images are compared with.
 *
 * @param id name of the images, their number and content, such as {@code fashion-mnist 16×16
 *     (60000, 1a2b3c4d)}
 * @param extractorId of the features
 * @param statistics of the features
 */
public record Reference(String id, String extractorId, FeatureStatistics statistics) {

  /**
   * Computes the statistics of images in a stream.
   *
   * @param progress told of images done
   */
  public static Reference of(
      String id, Iterable<ImageBatch> images, FeatureExtractor extractor, LongConsumer progress) {
    FeatureStatistics.Builder builder = new FeatureStatistics.Builder(extractor.dimensions());
    for (ImageBatch batch : images) {
      for (double[] row : extractor.features(batch)) {
        builder.add(row);
      }
      progress.accept(builder.count());
    }
    return new Reference(id, extractor.id(), builder.build());
  }
}
