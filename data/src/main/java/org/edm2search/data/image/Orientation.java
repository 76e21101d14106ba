package org.edm2search.data.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Orientation marks (Exif 2.32, tag 0x0112): cameras store an image as the sensor lay, and a mark
 * that says how it is to be turned. Marks come from strangers; one that makes no sense counts as
 * none.
 */
final class Orientation {

  /** As stored. */
  static final int UPRIGHT = 1;

  private static final int TURNED_BY_180 = 3;
  private static final int LAST = 8;

  /** From this mark on, rows become columns. */
  private static final int FIRST_TRANSPOSED = 5;

  private static final int TAG = 0x0112;
  private static final int SHORT = 3;
  private static final int ENTRY_BYTES = 12;
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

  private Orientation() {}

  /** Returns the mark of a JPEG: in a segment APP1 before the pixels. */
  static int ofJpeg(byte[] file) {
    int at = 2;
    while (at + 4 <= file.length && (file[at] & 0xff) == 0xff) {
      int marker = file[at + 1] & 0xff;
      int length = (file[at + 2] & 0xff) << 8 | file[at + 3] & 0xff;
      if (marker == 0xda || length < 2 || at + 2 + length > file.length) {
        break;
      }
      if (marker == 0xe1 && startsWithExif(file, at + 4)) {
        return ofTiff(file, at + 4 + EXIF.length, at + 2 + length);
      }
      at += 2 + length;
    }
    return UPRIGHT;
  }

  /** Returns the mark of a PNG: in its chunk eXIf. */
  static int ofPng(byte[] file) {
    return ofChunks(file, 8, ByteOrder.BIG_ENDIAN, "eXIf");
  }

  /** Returns the mark of a WebP: in its chunk EXIF. */
  static int ofWebp(byte[] file) {
    return ofChunks(file, 12, ByteOrder.LITTLE_ENDIAN, "EXIF");
  }

  /** PNG has length, name, content and checksum; RIFF has name, length and content, padded. */
  private static int ofChunks(byte[] file, int first, ByteOrder order, String wanted) {
    boolean png = order == ByteOrder.BIG_ENDIAN;
    ByteBuffer bytes = ByteBuffer.wrap(file).order(order);
    for (long at = first; at + 8 <= file.length; ) {
      int start = (int) at;
      long length = bytes.getInt(png ? start : start + 4) & 0xffffffffL;
      String name = new String(file, png ? start + 4 : start, 4, StandardCharsets.US_ASCII);
      long end = at + 8 + length;
      if (end > file.length) {
        break;
      }
      if (name.equals(wanted)) {
        int content = start + 8;
        return ofTiff(
            file, startsWithExif(file, content) ? content + EXIF.length : content, (int) end);
      }
      at = png ? end + 4 : end + (length & 1);
    }
    return UPRIGHT;
  }

  private static boolean startsWithExif(byte[] file, int at) {
    for (int i = 0; i < EXIF.length; i++) {
      if (at + i >= file.length || file[at + i] != EXIF[i]) {
        return false;
      }
    }
    return true;
  }

  /** Reads the first directory of a TIFF structure. */
  private static int ofTiff(byte[] file, int from, int to) {
    if (to - from < 8) {
      return UPRIGHT;
    }
    ByteBuffer tiff = ByteBuffer.wrap(file, from, to - from).slice();
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    if (directory < 8 || directory > tiff.limit() - 2) {
      return UPRIGHT;
    }
    int entries = tiff.getShort(directory) & 0xffff;
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + i * ENTRY_BYTES;
      if (entry + ENTRY_BYTES > tiff.limit()) {
        break;
      }
      if ((tiff.getShort(entry) & 0xffff) == TAG && tiff.getShort(entry + 2) == SHORT) {
        int mark = tiff.getShort(entry + 8) & 0xffff;
        return mark >= UPRIGHT && mark <= LAST ? mark : UPRIGHT;
      }
    }
    return UPRIGHT;
  }

  /**
   * Returns an image as its mark says.
   *
   * @param mark 1 to 8
   */
  static PixelImage apply(PixelImage image, int mark) {
    if (mark == UPRIGHT) {
      return image;
    }
    boolean transposed = mark >= FIRST_TRANSPOSED;
    int width = transposed ? image.height() : image.width();
    int height = transposed ? image.width() : image.height();
    int channels = image.channels();
    // Where the first row and column of the result lie: at the far end of the stored ones?
    boolean fromRight = mark == 2 || mark == TURNED_BY_180 || mark == 7 || mark == LAST;
    boolean fromBottom = mark == TURNED_BY_180 || mark == 4 || mark == 6 || mark == 7;
    byte[] pixels = new byte[image.pixels().length];
    int out = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int column = transposed ? y : x;
        int row = transposed ? x : y;
        int sourceColumn = fromRight ? image.width() - 1 - column : column;
        int sourceRow = fromBottom ? image.height() - 1 - row : row;
        int source = (sourceRow * image.width() + sourceColumn) * channels;
        for (int c = 0; c < channels; c++) {
          pixels[out++] = image.pixels()[source + c];
        }
      }
    }
    return new PixelImage(width, height, channels, pixels);
  }
}
