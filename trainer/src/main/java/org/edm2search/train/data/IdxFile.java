package org.edm2search.train.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * Unsigned bytes in the IDX format of the MNIST family, gzip-compressed.
 *
 * @param shape dimensions, the first counting items
 * @param bytes elements, row-major
 */
record IdxFile(int[] shape, byte[] bytes) {

  private static final int UNSIGNED_BYTES = 0x08;
  private static final long MAX_BYTES = 1L << 30;

  /**
   * Reads a stream.
   *
   * @param name file name, for messages
   * @param rank expected number of dimensions
   * @throws InvalidDatasetException if the content is not such a file
   */
  static IdxFile read(String name, InputStream stream, int rank) {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(new GZIPInputStream(stream)))) {
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
        if (shape[i] < 1 || size * shape[i] > MAX_BYTES) {
          throw new InvalidDatasetException(
              name,
              "dimension %d is %d; together they may reach %d bytes"
                  .formatted(i, shape[i], MAX_BYTES));
        }
        size *= shape[i];
      }
      byte[] bytes = new byte[(int) size];
      in.readFully(bytes);
      if (in.read() >= 0) {
        throw new InvalidDatasetException(
            name, "has more than the %d bytes it says".formatted(size));
      }
      return new IdxFile(shape, bytes);
    } catch (EOFException e) {
      throw new InvalidDatasetException(name, "truncated", e);
    } catch (IOException e) {
      throw new InvalidDatasetException(name, "cannot be read: " + e.getMessage(), e);
    }
  }
}
