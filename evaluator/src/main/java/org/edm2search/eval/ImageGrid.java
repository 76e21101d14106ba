package org.edm2search.eval;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import org.edm2search.data.ImageBatch;
import org.edm2search.eval.fid.FeatureExtractor;

/** Images side by side as one PNG. */
public final class ImageGrid {

  private static final int GAP = 2;
  private static final int TARGET_SIZE = 64;

  private ImageGrid() {}

  /**
   * Returns a PNG of the images, row by row; small images are enlarged by a whole factor.
   *
   * @param images with 1 (grey) or at least 3 (RGB) channels, in [−1, 1]
   * @param columns images in a row
   */
  public static byte[] png(ImageBatch images, int columns) {
    if (columns < 1) {
      throw new IllegalArgumentException("a grid needs at least 1 column, but got " + columns);
    }
    int factor = Math.max(1, TARGET_SIZE / images.width());
    int cellWidth = images.width() * factor + GAP;
    int cellHeight = images.height() * factor + GAP;
    int rows = (images.count() + columns - 1) / columns;
    BufferedImage grid =
        new BufferedImage(
            columns * cellWidth + GAP, rows * cellHeight + GAP, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < images.count(); i++) {
      int left = i % columns * cellWidth + GAP;
      int top = i / columns * cellHeight + GAP;
      for (int y = 0; y < images.height() * factor; y++) {
        for (int x = 0; x < images.width() * factor; x++) {
          grid.setRGB(left + x, top + y, rgb(images, i, y / factor, x / factor));
        }
      }
    }
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      ImageIO.write(grid, "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the images of two equal batches in turns, without classes. */
  public static ImageBatch pairs(ImageBatch left, ImageBatch right) {
    int size = left.imageSize();
    float[] pixels = new float[2 * left.pixels().length];
    for (int i = 0; i < left.count(); i++) {
      System.arraycopy(left.pixels(), i * size, pixels, 2 * i * size, size);
      System.arraycopy(right.pixels(), i * size, pixels, (2 * i + 1) * size, size);
    }
    return new ImageBatch(
        pixels, new int[2 * left.count()], left.channels(), left.height(), left.width());
  }

  private static int rgb(ImageBatch images, int image, int y, int x) {
    int plane = images.height() * images.width();
    int at = image * images.imageSize() + y * images.width() + x;
    int red = FeatureExtractor.toByte(images.pixels()[at]);
    if (images.channels() < 3) {
      return red << 16 | red << 8 | red;
    }
    int green = FeatureExtractor.toByte(images.pixels()[at + plane]);
    int blue = FeatureExtractor.toByte(images.pixels()[at + 2 * plane]);
    return red << 16 | green << 8 | blue;
  }
}
