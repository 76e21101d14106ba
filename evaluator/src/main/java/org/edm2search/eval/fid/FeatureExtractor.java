package org.edm2search.eval.fid;

import org.edm2search.data.ImageBatch;

/** Maps images to the features that distances are measured in. */
public interface FeatureExtractor extends AutoCloseable {

  /**
   * Returns name and the first digits of the SHA-256 of the weights, such as {@code builtin 1a2b}.
   */
  String id();

  /** Returns the SHA-256 of the weights, hexadecimal. */
  String weightsSha256();

  /**
   * Returns, for people, all that the features depend on: the SHA-256 of the weights, and how
   * images are resized and scaled.
   */
  String description();

  /** Returns the number of features. */
  int dimensions();

  /**
   * Returns the features of images, one row each.
   *
   * @param images pixels in [−1, 1]; they are rounded to bytes first, as saving them would
   */
  double[][] features(ImageBatch images);

  /** Returns a pixel as a byte: ⌊clip(127.5·x + 128, 0, 255)⌋ (EDM2's decoding). */
  static int toByte(float pixel) {
    return (int) Math.max(0, Math.min(255, 127.5f * pixel + 128));
  }

  @Override
  void close();
}
