package org.edm2search.eval.fid;

import org.edm2search.data.ImageBatch;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Images as a classifier sees them: rounded to bytes, grey or colour, square.
 *
 * @param channels 1 for the mean of the channels, 3 for colour, grey repeated
 * @param size rows and columns
 * @param averaged whether images at least twice as large are halved by means first; without,
 *     reducing them leaves pixels out
 */
record NetworkImages(int channels, int size, boolean averaged) {

  /** Returns float32 [N, channels, size, size] in [−1, 1], bilinearly resized. */
  INDArray of(ImageBatch images) {
    float[] result = new float[images.count() * channels * size * size];
    int plane = images.height() * images.width();
    float[] from = new float[plane];
    for (int image = 0; image < images.count(); image++) {
      int start = image * images.imageSize();
      for (int c = 0; c < channels; c++) {
        if (channels == 1) {
          grey(images, start, from);
        } else {
          channel(images, start + Math.min(c, images.channels() - 1) * plane, from);
        }
        resize(from, images.height(), images.width(), result, (image * channels + c) * size * size);
      }
    }
    return Nd4j.createFromArray(result).reshape(images.count(), channels, size, size);
  }

  private static void grey(ImageBatch images, int start, float[] to) {
    for (int i = 0; i < to.length; i++) {
      float sum = 0;
      for (int c = 0; c < images.channels(); c++) {
        sum += FeatureExtractor.toByte(images.pixels()[start + c * to.length + i]);
      }
      to[i] = sum / images.channels() / 127.5f - 1;
    }
  }

  private static void channel(ImageBatch images, int start, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = FeatureExtractor.toByte(images.pixels()[start + i]) / 127.5f - 1;
    }
  }

  private void resize(float[] from, int height, int width, float[] to, int offset) {
    if (averaged && height >= 2 * size && width >= 2 * size) {
      resize(halved(from, height, width), height / 2, width / 2, to, offset);
      return;
    }
    for (int y = 0; y < size; y++) {
      double sourceY = Math.max(0, Math.min(height - 1, (y + 0.5) * height / size - 0.5));
      int top = (int) sourceY;
      int bottom = Math.min(top + 1, height - 1);
      float down = (float) (sourceY - top);
      for (int x = 0; x < size; x++) {
        double sourceX = Math.max(0, Math.min(width - 1, (x + 0.5) * width / size - 0.5));
        int left = (int) sourceX;
        int right = Math.min(left + 1, width - 1);
        float across = (float) (sourceX - left);
        float above = mix(from[top * width + left], from[top * width + right], across);
        float below = mix(from[bottom * width + left], from[bottom * width + right], across);
        to[offset + y * size + x] = mix(above, below, down);
      }
    }
  }

  private static float[] halved(float[] from, int height, int width) {
    float[] to = new float[(height / 2) * (width / 2)];
    for (int y = 0; y < height / 2; y++) {
      for (int x = 0; x < width / 2; x++) {
        int corner = 2 * y * width + 2 * x;
        float sum =
            from[corner] + from[corner + 1] + from[corner + width] + from[corner + width + 1];
        to[y * (width / 2) + x] = sum / 4;
      }
    }
    return to;
  }

  private static float mix(float a, float b, float share) {
    return a + share * (b - a);
  }
}
