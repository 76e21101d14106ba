package org.edm2search.eval.fid;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.edm2search.data.format.NpyHeader;
import org.edm2search.data.format.NpyHeader.InvalidNpyException;
import org.jspecify.annotations.Nullable;

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
  private static final int CHUNK = 1 << 16;

  /** Deflate (RFC 1951) makes at most 1032 bytes out of one. */
  private static final long MAX_RATIO = 1032;

  /** Largest difference of σ_ij and σ_ji, relative to the largest variance. */
  private static final double ASYMMETRY = 1e-4;

  /** NumPy's letters of types. */
  private static final String REAL = "f";

  private static final String WHOLE = "iu";

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
        NpyHeader header = NpyHeader.read(in);
        requireType(header, kinds);
        int elements = elements(header, most, square);
        requireSize(entry, header.bytes() + (long) elements * header.width());
        double[] values = values(in, elements, header);
        if (in.read() >= 0 || checksum.getValue() != entry.getCrc()) {
          throw invalid("is damaged");
        }
        // The order of a symmetric matrix, C or Fortran, makes no difference.
        return values;
      } catch (InvalidNpyException e) {
        throw invalid(e.getMessage());
      }
    }

    private void requireType(NpyHeader header, String kinds) {
      int width = header.width();
      if (kinds.indexOf(header.kind()) < 0 || width != Float.BYTES && width != Double.BYTES) {
        throw invalid(
            "has elements of type %s, but must have %s"
                .formatted(header.type(), kinds.equals(REAL) ? "float32 or float64" : "integers"));
      }
    }

    private int elements(NpyHeader header, long most, int square) {
      long elements = header.elements();
      boolean fits =
          square < 0
              ? header.shape().size() <= 1 && elements >= 1 && elements <= most
              : header.shape().equals(List.of((long) square, (long) square));
      if (!fits) {
        throw invalid(
            "has the shape %s, but %s"
                .formatted(
                    header.shapeText(),
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

    private double[] values(DataInputStream in, int elements, NpyHeader header) throws IOException {
      int width = header.width();
      String type = header.kind() + Integer.toString(width);
      double[] values = new double[elements];
      byte[] chunk = new byte[CHUNK];
      ByteBuffer buffer = ByteBuffer.wrap(chunk).order(header.order());
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

    private InvalidFeaturesException invalid(@Nullable String rule) {
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
    writeDoubles(zip, MEAN, List.of((long) d), statistics.mean());
    writeDoubles(zip, COVARIANCE, List.of((long) d, (long) d), statistics.covariance());
    if (statistics.count() != FeatureStatistics.UNKNOWN) {
      zip.putNextEntry(new ZipEntry(COUNT));
      zip.write(NpyHeader.write("<i8", List.of()));
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

  private static void writeDoubles(
      ZipOutputStream zip, String name, List<Long> shape, double[] values) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(NpyHeader.write("<f8", shape));
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
}
