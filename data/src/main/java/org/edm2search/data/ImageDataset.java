package org.edm2search.data;

import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/** Images of one size, with classes. Safe to read from several threads. */
public interface ImageDataset {

  /** Returns the name, as in a campaign's {@code data} section. */
  String name();

  /** Returns the number of images. */
  int count();

  /** Returns the channels of an image. */
  int channels();

  /** Returns rows and columns of an image, pixels. */
  int resolution();

  /** Returns the names of the classes; empty without classes. */
  List<String> classes();

  /** Returns the class of each image; −1 where there is none. */
  int[] labels();

  /** Returns the number of images of each class. */
  default long[] classCounts() {
    long[] counts = new long[classes().size()];
    for (int label : labels()) {
      if (label >= 0) {
        counts[label]++;
      }
    }
    return counts;
  }

  /** Returns a SHA-256 of the content at this resolution, hexadecimal. */
  String digest();

  /**
   * Reads images by index.
   *
   * @param indices positions, 0 to count − 1
   * @return float32 in [−1, 1], in the order of the indices
   */
  ImageBatch read(int... indices);

  /** Returns how many images to read at once: large ones do not fit into memory by the hundred. */
  default int batchSize() {
    int values = channels() * resolution() * resolution();
    return Math.max(1, Math.min(500, (1 << 23) / values));
  }

  /** Returns all images in order, in batches of bounded size. */
  default Iterable<ImageBatch> batches() {
    return batches(batchSize());
  }

  /** Returns all images in order, in batches; the last may be smaller. */
  default Iterable<ImageBatch> batches(int batchSize) {
    return () ->
        new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            return next < count();
          }

          @Override
          public ImageBatch next() {
            int end = Math.min(next + batchSize, count());
            ImageBatch batch = read(IntStream.range(next, end).toArray());
            next = end;
            return batch;
          }
        };
  }
}
