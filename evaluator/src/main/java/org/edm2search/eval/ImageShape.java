package org.edm2search.eval;

/**
 * The images that a network draws.
 *
 * @param channels channels
 * @param resolution rows and columns, pixels
 * @param classes number of classes, 0 for an unconditional network
 */
public record ImageShape(int channels, int resolution, int classes) {

  public ImageShape {
    if (channels < 1 || resolution < 1 || classes < 0) {
      throw new IllegalArgumentException(
          "images need channels and pixels, but have %d channels of %dx%d, %d classes"
              .formatted(channels, resolution, resolution, classes));
    }
  }

  /** Returns the values of one image. */
  public int size() {
    return channels * resolution * resolution;
  }
}
