package org.edm2search.data.image;

/**
 * An image, and what had to be done to make it one of 8 bits a channel without transparency.
 *
 * @param pixels the image as it is to be seen
 * @param transparent whether a pixel let the background through
 * @param deep whether samples of more than 8 bits were cut to 8
 * @param turned whether an orientation mark was followed
 */
public record DecodedImage(PixelImage pixels, boolean transparent, boolean deep, boolean turned) {

  /** Returns an image that was stored as it is to be seen. */
  public static DecodedImage plain(PixelImage pixels) {
    return new DecodedImage(pixels, false, false, false);
  }
}
