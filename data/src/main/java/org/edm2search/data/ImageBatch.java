package org.edm2search.data;

import java.util.Objects;

/**
 * Images and their classes, on the Java heap.
 *
 * @param pixels float32 in [−1, 1], row-major [count, channels, height, width]
 * @param labels class of each image; −1 where there is none
 * @param channels channels of an image
 * @param height rows of an image, pixels
 * @param width columns of an image, pixels
 */
public record ImageBatch(float[] pixels, int[] labels, int channels, int height, int width) {

  public ImageBatch {
    Objects.requireNonNull(pixels, "pixels");
    Objects.requireNonNull(labels, "labels");
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "an image needs at least one channel, row and column, but got [%d, %d, %d]"
              .formatted(channels, height, width));
    }
    long expected = (long) labels.length * channels * height * width;
    if (pixels.length != expected) {
      throw new IllegalArgumentException(
          "%d images of [%d, %d, %d] need %d pixel values, but got %d"
              .formatted(labels.length, channels, height, width, expected, pixels.length));
    }
  }

  /** Returns the number of images. */
  public int count() {
    return labels.length;
  }

  /** Returns the values of one image. */
  public int imageSize() {
    return channels * height * width;
  }
}
