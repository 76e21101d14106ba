package org.edm2search.data.image;

import java.util.Arrays;

/**
 * An image of 8 bits a channel. The array is not copied; nobody may change it.
 *
 * @param width columns
 * @param height rows
 * @param channels 1 (grey) or 3 (RGB)
 * @param pixels row-major [height, width, channels]
 */
public record PixelImage(int width, int height, int channels, byte[] pixels) {

  public PixelImage {
    if (width < 1 || height < 1 || (channels != 1 && channels != 3)) {
      throw new IllegalArgumentException(
          "an image has rows, columns and 1 or 3 channels, but got [%d, %d, %d]"
              .formatted(height, width, channels));
    }
    if (pixels.length != (long) width * height * channels) {
      throw new IllegalArgumentException(
          "[%d, %d, %d] needs %d bytes, but got %d"
              .formatted(height, width, channels, (long) width * height * channels, pixels.length));
    }
  }

  /** Returns size and channels. */
  public ImageHeader header() {
    return new ImageHeader(width, height, channels);
  }

  /**
   * Returns the image with 1 or 3 channels: grey is repeated, colour becomes its luma (ITU-R 601,
   * rounded as Pillow does).
   */
  public PixelImage withChannels(int wanted) {
    if (wanted == channels) {
      return this;
    }
    byte[] result = new byte[width * height * wanted];
    for (int i = 0; i < width * height; i++) {
      if (wanted == 3) {
        Arrays.fill(result, 3 * i, 3 * i + 3, pixels[i]);
      } else {
        int red = pixels[3 * i] & 0xff;
        int green = pixels[3 * i + 1] & 0xff;
        int blue = pixels[3 * i + 2] & 0xff;
        result[i] = (byte) luma(red, green, blue);
      }
    }
    return new PixelImage(width, height, wanted, result);
  }

  /** Returns the luma of a colour, 0 to 255. */
  static int luma(int red, int green, int blue) {
    return red * 19595 + green * 38470 + blue * 7471 + 0x8000 >> 16;
  }

  /** Returns a square cut out at a corner. */
  PixelImage square(int left, int top, int size) {
    byte[] result = new byte[size * size * channels];
    for (int y = 0; y < size; y++) {
      int from = ((top + y) * width + left) * channels;
      System.arraycopy(pixels, from, result, y * size * channels, size * channels);
    }
    return new PixelImage(size, size, channels, result);
  }
}
