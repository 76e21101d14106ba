package org.edm2search.data.image;

import java.util.Locale;

/** How an image of any size becomes a square. */
public enum Crop {
  /** Not at all: the image must be that square. */
  NONE {
    @Override
    public PixelImage apply(PixelImage image, int size) {
      if (image.width() != size || image.height() != size) {
        throw new IllegalArgumentException(
            "is %d×%d, not %d×%d: choose a crop"
                .formatted(image.width(), image.height(), size, size));
      }
      return image;
    }
  },

  /** The largest centred square, resized by {@link Resampling#LANCZOS}. */
  CENTER_CROP {
    @Override
    public PixelImage apply(PixelImage image, int size) {
      int side = Math.min(image.width(), image.height());
      return Resampling.LANCZOS.resize(centred(image, side), size, size);
    }
  },

  /**
   * The crop of ADM (Dhariwal and Nichol 2021), which published ImageNet results use: halved by
   * {@link Resampling#BOX} while twice too large, resized by {@link Resampling#BICUBIC}, then cut.
   */
  CENTER_CROP_DHARIWAL {
    @Override
    public PixelImage apply(PixelImage image, int size) {
      PixelImage halved = image;
      while (Math.min(halved.width(), halved.height()) >= 2 * size) {
        halved = Resampling.BOX.resize(halved, halved.width() / 2, halved.height() / 2);
      }
      double scale = (double) size / Math.min(halved.width(), halved.height());
      int width = (int) Math.rint(halved.width() * scale);
      int height = (int) Math.rint(halved.height() * scale);
      return centred(Resampling.BICUBIC.resize(halved, width, height), size);
    }
  };

  /** Returns the name on the command line, such as {@code center-crop}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Returns a square image.
   *
   * @param size rows and columns
   * @throws IllegalArgumentException if the image cannot be made one
   */
  public abstract PixelImage apply(PixelImage image, int size);

  private static PixelImage centred(PixelImage image, int size) {
    return image.square((image.width() - size) / 2, (image.height() - size) / 2, size);
  }
}
