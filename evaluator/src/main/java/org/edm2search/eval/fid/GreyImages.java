package org.edm2search.eval.fid;

import org.edm2search.data.ImageBatch;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Images as the built-in classifier sees them: rounded to bytes, grey, 32×32. */
final class GreyImages {

  private GreyImages() {}

  /** Returns float32 [N, 1, 32, 32] in [−1, 1]: channels averaged, bilinearly resized. */
  static INDArray of(ImageBatch images) {
    int size = BuiltinNetwork.SIZE;
    float[] result = new float[images.count() * size * size];
    float[] grey = new float[images.height() * images.width()];
    for (int image = 0; image < images.count(); image++) {
      int start = image * images.imageSize();
      for (int i = 0; i < grey.length; i++) {
        float sum = 0;
        for (int c = 0; c < images.channels(); c++) {
          sum += FeatureExtractor.toByte(images.pixels()[start + c * grey.length + i]);
        }
        grey[i] = sum / images.channels() / 127.5f - 1;
      }
      resize(grey, images.height(), images.width(), result, image * size * size);
    }
    return Nd4j.createFromArray(result).reshape(images.count(), 1, size, size);
  }

  private static void resize(float[] from, int height, int width, float[] to, int offset) {
    int size = BuiltinNetwork.SIZE;
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

  private static float mix(float a, float b, float share) {
    return a + share * (b - a);
  }
}
