package org.edm2search.data.image;

/**
 * What an image says of itself before it is decoded.
 *
 * @param width columns
 * @param height rows
 * @param channels 1 (grey) or 3 (colour); transparency does not count
 */
public record ImageHeader(int width, int height, int channels) {

  /** Returns the number of pixels. */
  public long area() {
    return (long) width * height;
  }

  @Override
  public String toString() {
    return "%d×%d %s".formatted(width, height, channels == 1 ? "grey" : "colour");
  }
}
