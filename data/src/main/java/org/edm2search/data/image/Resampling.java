package org.edm2search.data.image;

import java.util.function.DoubleUnaryOperator;

/**
 * Resizing by separable convolution, bit for bit as Pillow's {@code Image.resize}: the kernel is
 * widened when shrinking, weights have 22 fractional bits, rows are resized first, and what lies
 * between the two passes is rounded to 8 bits. Java2D's scaling differs from this.
 */
enum Resampling {
  /** The mean of the pixels covered. */
  BOX(0.5, x -> x > -0.5 && x <= 0.5 ? 1 : 0),
  /** Keys' cubic convolution with a = −0.5. */
  BICUBIC(2, Resampling::bicubic),
  /** A sinc, windowed by a sinc over three lobes. */
  LANCZOS(3, x -> x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0);

  private static final int FRACTION_BITS = 22;
  private static final double A = -0.5;

  private final double support;
  private final DoubleUnaryOperator kernel;

  Resampling(double support, DoubleUnaryOperator kernel) {
    this.support = support;
    this.kernel = kernel;
  }

  private static double bicubic(double at) {
    double x = Math.abs(at);
    if (x < 1) {
      return ((A + 2) * x - (A + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
  }

  /** Returns the image at another size. */
  public PixelImage resize(PixelImage image, int width, int height) {
    PixelImage rows = width == image.width() ? image : resizeRows(image, width);
    return height == rows.height() ? rows : resizeColumns(rows, height);
  }

  /**
   * Weights of the pixels that one pixel of the result comes from.
   *
   * @param first source pixel
   * @param weights of it and those after it, fixed-point
   */
  private record Taps(int first, int[] weights) {}

  private Taps[] taps(int from, int to) {
    double scale = (double) from / to;
    double stretch = Math.max(1, scale);
    double reach = support * stretch;
    double shrink = 1 / stretch;
    Taps[] taps = new Taps[to];
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * scale;
      int first = Math.max(0, (int) (centre - reach + 0.5));
      int end = Math.min(from, (int) (centre + reach + 0.5));
      double[] weights = new double[end - first];
      double sum = 0;
      for (int x = 0; x < weights.length; x++) {
        weights[x] = kernel.applyAsDouble((x + first - centre + 0.5) * shrink);
        sum += weights[x];
      }
      int[] fixed = new int[weights.length];
      for (int x = 0; x < fixed.length; x++) {
        double share = sum == 0 ? weights[x] : weights[x] / sum;
        fixed[x] = (int) (share * (1 << FRACTION_BITS) + (share < 0 ? -0.5 : 0.5));
      }
      taps[i] = new Taps(first, fixed);
    }
    return taps;
  }

  private PixelImage resizeRows(PixelImage image, int width) {
    int channels = image.channels();
    byte[] from = image.pixels();
    byte[] to = new byte[width * image.height() * channels];
    Taps[] taps = taps(image.width(), width);
    int out = 0;
    for (int y = 0; y < image.height(); y++) {
      for (Taps tap : taps) {
        int start = (y * image.width() + tap.first()) * channels;
        for (int c = 0; c < channels; c++) {
          to[out++] = weighted(from, start + c, channels, tap.weights());
        }
      }
    }
    return new PixelImage(width, image.height(), channels, to);
  }

  private PixelImage resizeColumns(PixelImage image, int height) {
    int stride = image.width() * image.channels();
    byte[] to = new byte[stride * height];
    Taps[] taps = taps(image.height(), height);
    int out = 0;
    for (Taps tap : taps) {
      for (int x = 0; x < stride; x++) {
        to[out++] = weighted(image.pixels(), tap.first() * stride + x, stride, tap.weights());
      }
    }
    return new PixelImage(image.width(), height, image.channels(), to);
  }

  private static byte weighted(byte[] from, int start, int stride, int[] weights) {
    int sum = 1 << FRACTION_BITS - 1;
    int at = start;
    for (int weight : weights) {
      sum += (from[at] & 0xff) * weight;
      at += stride;
    }
    return (byte) Math.max(0, Math.min(255, sum >> FRACTION_BITS));
  }
}
