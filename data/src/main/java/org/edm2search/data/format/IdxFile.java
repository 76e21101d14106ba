package org.edm2search.data.format;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.edm2search.data.InvalidDatasetException;

/**
 * Unsigned bytes in the IDX format of the MNIST family.
 *
 * @param shape dimensions, the first counting items
 * @param bytes elements, row-major
 */
record IdxFile(int[] shape, byte[] bytes) {

  private static final int UNSIGNED_BYTES = 0x08;
  private static final long MAX_BYTES = 1L << 30;

  /**
   * Reads a packed stream.
   *
   * @param name file name, for messages
   * @param rank expected number of dimensions
   * @throws InvalidDatasetException if the content is not such a file
   */
  static IdxFile read(String name, InputStream stream, int rank) {
    try {
      return readUnpacked(name, new GZIPInputStream(stream), rank);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /** Reads a stream that is not packed. */
  static IdxFile readUnpacked(String name, InputStream stream, int rank) {
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(stream))) {
      int[] shape = readShape(name, in, rank, MAX_BYTES);
      int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
      byte[] bytes = new byte[size];
      in.readFully(bytes);
      if (in.read() >= 0) {
        throw new InvalidDatasetException(
            name, "has more than the %d bytes it says".formatted(size));
      }
      return new IdxFile(shape, bytes);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /**
   * Reads the dimensions before the bytes.
   *
   * @param most bytes there may be
   */
  static int[] readShape(String name, DataInputStream in, int rank, long most) throws IOException {
    int magic = in.readInt();
    int expected = UNSIGNED_BYTES << 8 | rank;
    if (magic != expected) {
      throw new InvalidDatasetException(
          name,
          "an IDX file of %d-dimensional bytes starts with %08x, but this with %08x"
              .formatted(rank, expected, magic));
    }
    int[] shape = new int[rank];
    long size = 1;
    for (int i = 0; i < rank; i++) {
      shape[i] = in.readInt();
      if (shape[i] < 1 || shape[i] > most / size) {
        throw new InvalidDatasetException(
            name,
            "dimension %d is %d; together they may reach %d bytes".formatted(i, shape[i], most));
      }
      size *= shape[i];
    }
    return shape;
  }

  /** Returns what to throw when a file cannot be read to its end. */
  static InvalidDatasetException unreadable(String name, IOException e) {
    return new InvalidDatasetException(
        name, e instanceof EOFException ? "truncated" : "cannot be read: " + e.getMessage(), e);
  }
}
