package org.edm2search.eval.fid;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Feature statistics as NumPy archives ({@code .npz}, NEP 1) with {@code mu} [d] and {@code sigma}
 * [d, d], as the programs that compute FID exchange them; {@code num_images} if it is known. Only
 * plain numbers are read, never pickled objects, and nothing is allocated that the file could not
 * hold.
 */
public final class NumpyStatistics {

  private static final String MEAN = "mu.npy";
  private static final String COVARIANCE = "sigma.npy";
  private static final String COUNT = "num_images.npy";

  private static final int MAX_DIMENSIONS = 1 << 13;
  private static final int MAX_HEADER = 1 << 16;
  private static final int CHUNK = 1 << 16;

  /** Deflate (RFC 1951) makes at most 1032 bytes out of one. */
  private static final long MAX_RATIO = 1032;

  /** Largest difference of σ_ij and σ_ji, relative to the largest variance. */
  private static final double ASYMMETRY = 1e-4;

  /** NumPy's letters of types. */
  private static final String REAL = "f";

  private static final String WHOLE = "iu";

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '([<>|])([a-zA-Z])(\\d{0,4})', 'fortran_order': (?:True|False),"
              + " 'shape': \\(([\\d, ]{0,60})\\), }\\s*");

  private NumpyStatistics() {}

  /**
   * Returns whether a file is an archive with {@code mu} and {@code sigma}, rather than with
   * images.
   *
   * @throws InvalidFeaturesException if it is not a whole archive
   */
  public static boolean isStatistics(Path file) {
    try (ZipFile zip = open(file)) {
      return zip.getEntry(MEAN) != null && zip.getEntry(COVARIANCE) != null;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * Reads statistics.
   *
   * @return with {@link FeatureStatistics#UNKNOWN} as count if the file does not tell it
   * @throws InvalidFeaturesException if the file is damaged or has no such arrays
   */
  public static FeatureStatistics read(Path file) {
    try (ZipFile zip = open(file)) {
      double[] mean = new Array(file, zip, MEAN).read(MAX_DIMENSIONS, REAL, -1);
      int d = mean.length;
      double[] covariance = new Array(file, zip, COVARIANCE).read((long) d * d, REAL, d);
      symmetrize(file, covariance, d);
      return new FeatureStatistics(count(file, zip), mean, covariance);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static ZipFile open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InvalidFeaturesException(file + ": no such file");
    }
    return new ZipFile(file.toFile());
  }

  private static InvalidFeaturesException unreadable(Path file, IOException e) {
    String reason = e instanceof ZipException ? "is not a whole .npz archive" : "cannot be read";
    return new InvalidFeaturesException("%s: %s: %s".formatted(file, reason, e.getMessage()), e);
  }

  private static long count(Path file, ZipFile zip) throws IOException {
    if (zip.getEntry(COUNT) == null) {
      return FeatureStatistics.UNKNOWN;
    }
    double[] count = new Array(file, zip, COUNT).read(1, WHOLE, -1);
    if (count.length != 1 || count[0] < 2 || count[0] > 1e15) {
      throw new InvalidFeaturesException(
          "%s: num_images must be one number of at least 2".formatted(file));
    }
    return (long) count[0];
  }

  private static void symmetrize(Path file, double[] covariance, int d) {
    double largest = 0;
    for (int i = 0; i < d; i++) {
      double variance = covariance[i * d + i];
      if (variance < 0) {
        throw new InvalidFeaturesException(
            "%s: sigma has the variance %s at %d, which no covariance has"
                .formatted(file, variance, i));
      }
      largest = Math.max(largest, variance);
    }
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < i; j++) {
        double low = covariance[i * d + j];
        double high = covariance[j * d + i];
        if (Math.abs(low - high) > ASYMMETRY * largest) {
          throw new InvalidFeaturesException(
              "%s: sigma is not symmetric: %s at %d, %d, but %s at %d, %d"
                  .formatted(file, low, i, j, high, j, i));
        }
        double middle = low + (high - low) / 2;
        covariance[i * d + j] = middle;
        covariance[j * d + i] = middle;
      }
    }
  }

  /** One array of an archive. */
  private record Array(Path file, ZipFile zip, String name) {

    /**
     * Reads the elements, row-major.
     *
     * @param most elements
     * @param kinds NumPy's letters of the types allowed
     * @param square dimensions of a square matrix, or −1 for a vector or scalar
     */
    double[] read(long most, String kinds, int square) throws IOException {
      ZipEntry entry = zip.getEntry(name);
      if (entry == null) {
        throw invalid("is missing");
      }
      CRC32 checksum = new CRC32();
      try (InputStream raw = zip.getInputStream(entry);
          DataInputStream in =
              new DataInputStream(new CheckedInputStream(new BufferedInputStream(raw), checksum))) {
        int[] headerBytes = new int[1];
        Matcher header = header(in, headerBytes);
        int width = width(header, kinds);
        int elements = elements(header.group(4), most, square);
        requireSize(entry, headerBytes[0] + (long) elements * width);
        ByteOrder order =
            header.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        double[] values = values(in, elements, header.group(2) + width, order);
        if (in.read() >= 0 || checksum.getValue() != entry.getCrc()) {
          throw invalid("is damaged");
        }
        // The order of a symmetric matrix, C or Fortran, makes no difference.
        return values;
      }
    }

    private Matcher header(DataInputStream in, int[] bytes) throws IOException {
      if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
        throw invalid("is not a NumPy array");
      }
      int version = in.read();
      in.read();
      byte[] length = in.readNBytes(version == 1 ? Short.BYTES : Integer.BYTES);
      long size = 0;
      for (int i = length.length - 1; i >= 0; i--) {
        size = size << 8 | Byte.toUnsignedInt(length[i]);
      }
      if (version < 1 || version > 3 || size > MAX_HEADER) {
        throw invalid("has a header of version %d and %d bytes".formatted(version, size));
      }
      byte[] text = in.readNBytes((int) size);
      bytes[0] = MAGIC.length + 2 + length.length + text.length;
      Matcher header = HEADER.matcher(new String(text, StandardCharsets.ISO_8859_1));
      if (!header.matches()) {
        throw invalid("is not an array of plain numbers");
      }
      return header;
    }

    private int width(Matcher header, String kinds) {
      String kind = header.group(2);
      if (kind.equals("O")) {
        throw invalid("holds pickled Python objects, which are never loaded; save numbers");
      }
      int width = header.group(3).isEmpty() ? 0 : Integer.parseInt(header.group(3));
      if (!kinds.contains(kind) || width != Float.BYTES && width != Double.BYTES) {
        throw invalid(
            "has elements of type %s%d, but must have %s"
                .formatted(kind, width, kinds.equals(REAL) ? "float32 or float64" : "integers"));
      }
      return width;
    }

    private int elements(String shape, long most, int square) {
      int[] dimensions =
          Arrays.stream(shape.split(","))
              .map(String::strip)
              .filter(part -> !part.isEmpty())
              .mapToInt(part -> part.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(part))
              .toArray();
      long elements = 1;
      for (int dimension : dimensions) {
        elements = dimension > most ? most + 1 : elements * dimension;
      }
      boolean fits =
          square < 0
              ? dimensions.length <= 1 && elements >= 1 && elements <= most
              : Arrays.equals(dimensions, new int[] {square, square});
      if (!fits) {
        throw invalid(
            "has the shape (%s), but %s"
                .formatted(
                    shape.strip(),
                    square < 0
                        ? "must be a vector of 1 to %d numbers".formatted(most)
                        : "mu has %d numbers".formatted(square)));
      }
      return (int) elements;
    }

    private void requireSize(ZipEntry entry, long expected) {
      if (entry.getSize() != expected
          || entry.getSize() > MAX_RATIO * (entry.getCompressedSize() + 1)) {
        throw invalid(
            "says it has %d bytes, but has %d, packed into %d"
                .formatted(expected, entry.getSize(), entry.getCompressedSize()));
      }
    }

    private double[] values(DataInputStream in, int elements, String type, ByteOrder order)
        throws IOException {
      int width = type.charAt(1) - '0';
      double[] values = new double[elements];
      byte[] chunk = new byte[CHUNK];
      ByteBuffer buffer = ByteBuffer.wrap(chunk).order(order);
      for (int first = 0; first < elements; first += CHUNK / width) {
        int count = Math.min(CHUNK / width, elements - first);
        if (in.readNBytes(chunk, 0, count * width) < count * width) {
          throw invalid("is cut short");
        }
        for (int i = 0; i < count; i++) {
          double value = number(buffer, type, i * width);
          if (!Double.isFinite(value)) {
            throw invalid("has %s at %d, which is not finite".formatted(value, first + i));
          }
          values[first + i] = value;
        }
      }
      return values;
    }

    private static double number(ByteBuffer buffer, String type, int at) {
      return switch (type) {
        case "f4" -> buffer.getFloat(at);
        case "f8" -> buffer.getDouble(at);
        case "i4" -> buffer.getInt(at);
        case "u4" -> Integer.toUnsignedLong(buffer.getInt(at));
        default -> buffer.getLong(at);
      };
    }

    private InvalidFeaturesException invalid(String rule) {
      return new InvalidFeaturesException("%s: %s %s".formatted(file, name, rule));
    }
  }

  /**
   * Writes statistics for {@code numpy.load}: float64 {@code mu} and {@code sigma}, and {@code
   * num_images} if the count is known.
   *
   * @throws IOException if that fails
   */
  public static void write(OutputStream out, FeatureStatistics statistics) throws IOException {
    int d = statistics.dimensions();
    ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(out));
    writeDoubles(zip, MEAN, "(%d,)".formatted(d), statistics.mean());
    writeDoubles(zip, COVARIANCE, "(%1$d, %1$d)".formatted(d), statistics.covariance());
    if (statistics.count() != FeatureStatistics.UNKNOWN) {
      zip.putNextEntry(new ZipEntry(COUNT));
      zip.write(header("<i8", "()"));
      zip.write(
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(statistics.count())
              .array());
      zip.closeEntry();
    }
    zip.finish();
    zip.flush();
  }

  private static void writeDoubles(ZipOutputStream zip, String name, String shape, double[] values)
      throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(header("<f8", shape));
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      buffer.putDouble(value);
      if (!buffer.hasRemaining()) {
        zip.write(buffer.array());
        buffer.clear();
      }
    }
    zip.write(buffer.array(), 0, buffer.position());
    zip.closeEntry();
  }

  /** Returns a header of version 1, filled with blanks to a multiple of 64 bytes. */
  private static byte[] header(String type, String shape) {
    String text = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(type, shape);
    int prefix = MAGIC.length + 2 + Short.BYTES;
    int size = (prefix + text.length() + 1 + 63) / 64 * 64 - prefix;
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
}
