package org.edm2search.data.format;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.edm2search.space.base.Edm2SearchException;

/**
 * What a NumPy array file says of itself (NEP 1). Only arrays of plain numbers have one: pickled
 * objects are refused.
 *
 * @param type NumPy's name of the elements' type, such as {@code |u1} or {@code <i8}
 * @param fortranOrder whether the first dimension runs fastest
 * @param shape dimensions
 * @param bytes of the header: where the elements begin
 */
public record NpyHeader(String type, boolean fortranOrder, List<Long> shape, int bytes) {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_BYTES = 1 << 16;
  private static final int ALIGNMENT = 64;
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '([<>|=]?)([A-Za-z])(\\d{0,4})', 'fortran_order': (True|False),"
              + " 'shape': \\(([\\dL, ]{0,200})\\),? ?}\\s*");

  /** The file is no array of plain numbers; the message says why. */
  public static final class InvalidNpyException extends Edm2SearchException {
    private static final long serialVersionUID = 1L;

    InvalidNpyException(String message) {
      super(message);
    }
  }

  public NpyHeader {
    shape = List.copyOf(shape);
  }

  /**
   * Reads a header; the elements follow in the stream.
   *
   * @throws InvalidNpyException if the array is none, or not of plain numbers
   * @throws IOException if the stream fails or ends
   */
  public static NpyHeader read(DataInputStream in) throws IOException {
    if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
      throw new InvalidNpyException("is not a NumPy array");
    }
    int version = in.readUnsignedByte();
    in.readUnsignedByte();
    long length =
        version == 1
            ? Short.toUnsignedInt(Short.reverseBytes(in.readShort()))
            : Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
    if (version < 1 || version > 3 || length > MAX_BYTES) {
      throw new InvalidNpyException(
          "has a header of version %d and %d bytes".formatted(version, length));
    }
    byte[] text = new byte[(int) length];
    in.readFully(text);
    int start = MAGIC.length + 2 + (version == 1 ? Short.BYTES : Integer.BYTES);
    return parse(new String(text, StandardCharsets.UTF_8), start + text.length);
  }

  private static NpyHeader parse(String text, int bytes) {
    Matcher header = HEADER.matcher(text);
    if (!header.matches()) {
      throw new InvalidNpyException("is not an array of plain numbers");
    }
    if (header.group(2).equals("O")) {
      throw new InvalidNpyException(
          "holds pickled Python objects, which are never loaded; save numbers");
    }
    try {
      List<Long> shape =
          Arrays.stream(header.group(5).split(","))
              .map(part -> part.replace("L", "").strip())
              .filter(part -> !part.isEmpty())
              .map(Long::valueOf)
              .toList();
      String type = header.group(1) + header.group(2) + header.group(3);
      return new NpyHeader(type, header.group(4).equals("True"), shape, bytes);
    } catch (NumberFormatException e) {
      throw new InvalidNpyException("has the shape (%s)".formatted(header.group(5)));
    }
  }

  /** Returns a header of version 1 in C order, filled with blanks to a multiple of 64 bytes. */
  public static byte[] write(String type, List<Long> shape) {
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(type, text(shape));
    int prefix = MAGIC.length + 2 + Short.BYTES;
    int size = (prefix + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - prefix;
    String padded = text + " ".repeat(size - text.length() - 1) + "\n";
    return ByteBuffer.allocate(prefix + size)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) size)
        .put(padded.getBytes(StandardCharsets.ISO_8859_1))
        .array();
  }

  /** Returns NumPy's letter for the kind of number: i, u, f and others. */
  public char kind() {
    return type.replaceAll("[^A-Za-z]", "").charAt(0);
  }

  /** Returns the bytes of an element; 0 if the type does not tell. */
  public int width() {
    String digits = type.replaceAll("\\D", "");
    return digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }

  /** Returns the order of an element's bytes. */
  public ByteOrder order() {
    return type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  /** Returns the number of elements, or −1 if no file has that many. */
  public long elements() {
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
  public String shapeText() {
    return text(shape);
  }

  private static String text(List<Long> shape) {
    String dimensions = shape.toString().replace('[', '(').replace(']', ')');
    return shape.size() == 1 ? dimensions.replace(")", ",)") : dimensions;
  }
}
