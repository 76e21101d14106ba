package org.edm2search.data.image;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/**
 * The colour behind transparent pixels.
 *
 * @param red 0 to 255
 * @param green 0 to 255
 * @param blue 0 to 255
 */
public record Background(int red, int green, int blue) {

  /** What paper and most pages are. */
  public static final Background WHITE = new Background(255, 255, 255);

  private static final Map<String, Background> NAMED =
      Map.of(
          "white", WHITE, "black", new Background(0, 0, 0), "grey", new Background(128, 128, 128));

  public Background {
    if (((red | green | blue) & ~0xff) != 0) {
      throw new IllegalArgumentException(
          "red, green and blue must be 0 to 255, but are %d, %d, %d".formatted(red, green, blue));
    }
  }

  /**
   * Reads {@code white}, {@code black}, {@code grey} or {@code #rrggbb}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static Background parse(String text) {
    Background named = NAMED.get(text.toLowerCase(Locale.ROOT));
    if (named != null) {
      return named;
    }
    if (!text.matches("#[0-9a-fA-F]{6}")) {
      throw new IllegalArgumentException(
          "the background must be white, black, grey or #rrggbb, but is '%s'".formatted(text));
    }
    byte[] parts = HexFormat.of().parseHex(text.substring(1));
    return new Background(parts[0] & 0xff, parts[1] & 0xff, parts[2] & 0xff);
  }

  /** Returns the colour for 3 channels, or its luma for 1. */
  int[] channels(int channels) {
    return channels == 1
        ? new int[] {PixelImage.luma(red, green, blue)}
        : new int[] {red, green, blue};
  }

  /** Returns the colour as {@code #rrggbb}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "#%02x%02x%02x", red, green, blue);
  }
}
