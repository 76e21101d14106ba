package org.edm2search.train.data;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a NumPy array file says of itself (NEP 1).
 *
 * @param type NumPy's name of the elements' type, such as {@code |u1} or {@code <i8}
 * @param shape dimensions
 * @param bytes of the header: where the elements begin
 */
record NpyHeader(String type, long[] shape, int bytes) {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_BYTES = 1 << 16;
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?[A-Za-z]\\d*)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d\\s,L]*)\\)");
  private static final Pattern PICKLED = Pattern.compile("'descr'\\s*:\\s*'[<>|=]?O\\d*'");

  /**
   * Reads a header.
   *
   * @param name of the array, for messages
   */
  static NpyHeader read(String name, DataInputStream in) throws IOException {
    byte[] magic = in.readNBytes(MAGIC.length);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new InvalidDatasetException(name, "is not a NumPy array");
    }
    int version = in.readUnsignedByte();
    in.readUnsignedByte();
    long length =
        version == 1
            ? Short.toUnsignedInt(Short.reverseBytes(in.readShort()))
            : Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
    if (version > 3 || length > MAX_BYTES) {
      throw new InvalidDatasetException(
          name, "has a header of version %d and %d bytes".formatted(version, length));
    }
    byte[] text = new byte[(int) length];
    in.readFully(text);
    int start = MAGIC.length + 2 + (version == 1 ? Short.BYTES : Integer.BYTES);
    return parse(name, new String(text, StandardCharsets.UTF_8), start + text.length);
  }

  private static NpyHeader parse(String name, String text, int bytes) {
    if (PICKLED.matcher(text).find()) {
      throw new InvalidDatasetException(
          name, "holds pickled Python objects, which are never loaded; save numbers");
    }
    Matcher type = TYPE.matcher(text);
    Matcher fortran = FORTRAN.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!type.find() || !fortran.find() || !shape.find()) {
      throw new InvalidDatasetException(name, "is not an array of plain numbers");
    }
    if (fortran.group(1).equals("True")) {
      throw new InvalidDatasetException(
          name, "is in Fortran order; save numpy.ascontiguousarray of it");
    }
    try {
      long[] dimensions =
          Arrays.stream(shape.group(1).split(","))
              .map(part -> part.replace("L", "").strip())
              .filter(part -> !part.isEmpty())
              .mapToLong(Long::parseLong)
              .toArray();
      return new NpyHeader(type.group(1), dimensions, bytes);
    } catch (NumberFormatException e) {
      throw new InvalidDatasetException(name, "has the shape (%s)".formatted(shape.group(1)), e);
    }
  }

  /** Returns bytes of an element, or 0 if elements are not whole numbers. */
  int elementBytes() {
    Matcher whole = Pattern.compile("[<>|=]?[iu]([1248])").matcher(type);
    return whole.matches() ? Integer.parseInt(whole.group(1)) : 0;
  }

  /** Returns the number of elements, or −1 if no file has that many. */
  long elements() {
    long product = 1;
    for (long dimension : shape) {
      if (dimension != 0 && product > (1L << 52) / dimension) {
        return -1;
      }
      product *= dimension;
    }
    return product;
  }

  /** Returns the shape as NumPy prints it. */
  String shapeText() {
    return Arrays.toString(shape).replace('[', '(').replace(']', ')');
  }
}
