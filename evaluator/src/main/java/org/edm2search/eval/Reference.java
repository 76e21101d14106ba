package org.edm2search.eval;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.LongConsumer;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.edm2search.data.ImageBatch;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.fid.FeatureStatistics;
import org.edm2search.eval.fid.InvalidFeaturesException;
import org.edm2search.eval.fid.NumpyStatistics;
import org.edm2search.space.Edm2SearchException;

/**
 * What generated images are compared with.
 *
 * @param id name of the images, their number and content, such as {@code fashion-mnist 16×16
 *     (60000, 1a2b3c4d)}
 * @param extractorId of the features
 * @param statistics of the features
 */
public record Reference(String id, String extractorId, FeatureStatistics statistics) {

  private static final long MAGIC = 0x45444d3252454631L;
  private static final int MAX_DIMENSIONS = 1 << 14;

  /** Computes the statistics of images in a stream. */
  public static Reference of(
      String id, Iterable<ImageBatch> images, FeatureExtractor extractor, LongConsumer progress) {
    FeatureStatistics.Builder builder = new FeatureStatistics.Builder(extractor.dimensions());
    for (ImageBatch batch : images) {
      for (double[] row : extractor.features(batch)) {
        builder.add(row);
      }
      progress.accept(builder.count());
    }
    return new Reference(id, extractor.id(), builder.build());
  }

  /**
   * Reads the statistics from a file, or computes and writes them. A file of other images or
   * another extractor, or a damaged one, is replaced.
   *
   * @throws Edm2SearchException if the file cannot be written
   */
  public static Reference cached(
      Path file,
      String id,
      Iterable<ImageBatch> images,
      FeatureExtractor extractor,
      LongConsumer progress) {
    if (Files.exists(file)) {
      try {
        Reference known = read(file);
        if (known.id.equals(id) && known.extractorId.equals(extractor.id())) {
          return known;
        }
      } catch (IOException e) {
        // Damaged: what follows replaces it.
      }
    }
    Reference reference = of(id, images, extractor, progress);
    reference.write(file);
    return reference;
  }

  /**
   * Reads statistics that {@link #write} wrote.
   *
   * @throws InvalidFeaturesException if the file is missing, damaged or something else
   */
  public static Reference of(Path file) {
    try {
      return read(file);
    } catch (NoSuchFileException e) {
      throw new InvalidFeaturesException(file + ": no such file", e);
    } catch (IOException e) {
      throw new InvalidFeaturesException(
          "%s: is not a whole file of feature statistics".formatted(file), e);
    }
  }

  private static Reference read(Path file) throws IOException {
    CRC32 checksum = new CRC32();
    try (DataInputStream in =
        new DataInputStream(
            new CheckedInputStream(
                new BufferedInputStream(Files.newInputStream(file)), checksum))) {
      if (in.readLong() != MAGIC) {
        throw new IOException("not feature statistics");
      }
      String id = in.readUTF();
      String extractorId = in.readUTF();
      long count = in.readLong();
      int dimensions = in.readInt();
      boolean plausible =
          (count >= 2 || count == FeatureStatistics.UNKNOWN)
              && dimensions >= 1
              && dimensions <= MAX_DIMENSIONS
              && Files.size(file) >= 8L * dimensions * (dimensions + 1);
      if (!plausible) {
        throw new IOException("damaged");
      }
      double[] mean = doubles(in, dimensions);
      double[] covariance = doubles(in, dimensions * dimensions);
      long expected = checksum.getValue();
      if (in.readLong() != expected) {
        throw new IOException("damaged");
      }
      return new Reference(id, extractorId, new FeatureStatistics(count, mean, covariance));
    }
  }

  private static double[] doubles(DataInputStream in, int count) throws IOException {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.readDouble();
    }
    return values;
  }

  /**
   * Writes the statistics, all or nothing: as a NumPy archive if the name ends in {@code .npz}.
   *
   * @throws Edm2SearchException if that fails
   */
  public void write(Path file) {
    try {
      Path directory = file.toAbsolutePath().getParent();
      Files.createDirectories(directory);
      Path temporary = Files.createTempFile(directory, "reference", ".tmp");
      try {
        if (file.toString().endsWith(".npz")) {
          try (OutputStream out = Files.newOutputStream(temporary)) {
            NumpyStatistics.write(out, statistics);
          }
        } else {
          writeNow(temporary);
        }
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new Edm2SearchException(
          "%s: the feature statistics cannot be written: %s".formatted(file, e), e);
    }
  }

  private void writeNow(Path file) throws IOException {
    CRC32 checksum = new CRC32();
    try (DataOutputStream out =
        new DataOutputStream(
            new CheckedOutputStream(
                new BufferedOutputStream(Files.newOutputStream(file)), checksum))) {
      out.writeLong(MAGIC);
      out.writeUTF(id);
      out.writeUTF(extractorId);
      out.writeLong(statistics.count());
      out.writeInt(statistics.dimensions());
      for (double value : statistics.mean()) {
        out.writeDouble(value);
      }
      for (double value : statistics.covariance()) {
        out.writeDouble(value);
      }
      out.writeLong(checksum.getValue());
    }
  }
}
