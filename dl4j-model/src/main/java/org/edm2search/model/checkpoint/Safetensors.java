package org.edm2search.model.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes <a href="https://github.com/huggingface/safetensors">safetensors</a>: a
 * little-endian header length, a JSON header, then the tensors without gaps.
 *
 * <p>What is written carries a checksum of its content in its metadata, under {@code crc32c}, which
 * reading verifies where it is there. The metadata that is read does not show it.
 *
 * <p>A file is untrusted: every length is checked before anything of its size is allocated, so that
 * reading takes memory in proportion to the file's true size.
 */
public final class Safetensors {

  private static final long MAX_HEADER_BYTES = 100_000_000;
  private static final int LENGTH_BYTES = 8;
  private static final int CHUNK_BYTES = 4 << 20;

  private Safetensors() {}

  /**
   * Reads a file.
   *
   * @throws InvalidTensorFileException if it is missing, truncated or inconsistent
   */
  public static TensorFile read(Path file) {
    requireRegular(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new Reader(file, channel.size(), channel::read).read();
    } catch (IOException e) {
      throw new InvalidTensorFileException(file, "cannot be read: " + AtomicFile.reason(e), e);
    }
  }

  /**
   * Reads the content of a file.
   *
   * @param name how errors name it
   * @throws InvalidTensorFileException if it is truncated or inconsistent
   */
  public static TensorFile read(Path name, byte[] content) {
    Source source =
        (into, position) -> {
          int count = Math.min(into.remaining(), content.length - Math.toIntExact(position));
          into.put(content, (int) position, count);
          return count > 0 ? count : -1;
        };
    try {
      return new Reader(name, content.length, source).read();
    } catch (IOException e) {
      throw new InvalidTensorFileException(name, "cannot be read: " + e.getMessage(), e);
    }
  }

  /** Bytes that can be read from any position, as {@link FileChannel#read(ByteBuffer, long)}. */
  private interface Source {
    int read(ByteBuffer into, long position) throws IOException;
  }

  /**
   * Reads the metadata alone; nothing is verified but the header.
   *
   * @throws InvalidTensorFileException if it is missing, truncated or inconsistent
   */
  static Map<String, String> metadata(Path file) {
    requireRegular(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new Reader(file, channel.size(), channel::read).header().metadata();
    } catch (IOException e) {
      throw new InvalidTensorFileException(file, "cannot be read: " + AtomicFile.reason(e), e);
    }
  }

  /** Refuses what is not a file. */
  static void requireRegular(Path file) {
    if (!Files.exists(file)) {
      throw new InvalidTensorFileException(file, "no such file");
    }
    // Opening a pipe would wait for a writer.
    if (!Files.isRegularFile(file)) {
      throw new InvalidTensorFileException(
          file, Files.isDirectory(file) ? "is a directory, not a file" : "is not a regular file");
    }
  }

  private record Reader(Path file, long size, Source source) {

    SafetensorsHeader header() throws IOException {
      if (size < LENGTH_BYTES) {
        throw invalid("a safetensors file has at least 8 bytes, but this has " + size);
      }
      ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      fill(length, 0);
      long headerBytes = length.getLong();
      if (headerBytes < 2 || headerBytes > MAX_HEADER_BYTES) {
        throw invalid(
            "the header must have 2 to %d bytes, but its length says %s"
                .formatted(MAX_HEADER_BYTES, Long.toUnsignedString(headerBytes)));
      }
      if (headerBytes > size - LENGTH_BYTES) {
        throw invalid(
            "truncated: the header should have %d bytes, but only %d follow"
                .formatted(headerBytes, size - LENGTH_BYTES));
      }
      ByteBuffer json = ByteBuffer.allocate((int) headerBytes);
      fill(json, LENGTH_BYTES);
      return SafetensorsHeader.parse(file, json.array(), size - LENGTH_BYTES - headerBytes);
    }

    TensorFile read() throws IOException {
      SafetensorsHeader header = header();
      long dataBytes = header.entries().stream().mapToLong(e -> e.end() - e.begin()).sum();
      // The tensors fill what follows the header.
      long dataStart = size - dataBytes;
      Map<String, Tensor> tensors = new TreeMap<>();
      ContentChecksum checksum = new ContentChecksum(header.metadata());
      ByteBuffer chunk =
          ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, dataBytes))
              .order(ByteOrder.LITTLE_ENDIAN);
      for (SafetensorsHeader.Entry entry : header.entries()) {
        tensors.put(entry.name(), tensor(entry, dataStart, chunk, checksum));
      }
      Map<String, String> metadata = new TreeMap<>(header.metadata());
      requireSame(metadata.remove(ContentChecksum.KEY), checksum.value());
      return new TensorFile(metadata, tensors);
    }

    private void requireSame(@Nullable String written, String actual) {
      if (written != null && !written.equals(actual)) {
        throw invalid(
            "is damaged: its metadata says %s %s, but its content has %s; restore it from a copy"
                .formatted(
                    ContentChecksum.KEY, InvalidTensorFileException.quoted(written), actual));
      }
    }

    private Tensor tensor(
        SafetensorsHeader.Entry entry, long dataStart, ByteBuffer chunk, ContentChecksum checksum)
        throws IOException {
      ElementType type = entry.type();
      int length = (int) ((entry.end() - entry.begin()) / type.bytes());
      Object array = type.newArray(length);
      int most = CHUNK_BYTES / type.bytes();
      for (int first = 0; first < length; first += most) {
        int count = Math.min(most, length - first);
        chunk.clear().limit(count * type.bytes());
        fill(chunk, dataStart + entry.begin() + (long) first * type.bytes());
        checksum.add(chunk);
        type.get(chunk, array, first, count);
      }
      checksum.end(entry.name(), type, entry.shape());
      return Tensor.wrap(entry.shape(), type, array);
    }

    /** Fills a buffer from a position of the file and turns it to be read. */
    private void fill(ByteBuffer buffer, long position) throws IOException {
      while (buffer.hasRemaining()) {
        if (source.read(buffer, position + buffer.position()) < 0) {
          throw invalid("truncated at byte " + (position + buffer.position()));
        }
      }
      buffer.flip();
    }

    private InvalidTensorFileException invalid(String rule) {
      return new InvalidTensorFileException(file, rule);
    }
  }

  /**
   * Writes a file, all or nothing: a reader sees the old content or the new, also after a crash.
   * Equal content gives equal bytes: metadata is in the order of its keys, tensors in that of their
   * element sizes and names.
   *
   * @throws Edm2SearchException if it cannot be written
   */
  public static void write(Path file, TensorFile content) {
    AtomicFile.write(file, contentOf(content));
  }

  /**
   * Writes a file in the same way and keeps the one it replaces under another name.
   *
   * @param previous receives the old file; what was there is lost
   * @throws Edm2SearchException if that fails
   */
  static void rotate(Path file, Path previous, TensorFile content) {
    AtomicFile.rotate(file, previous, contentOf(content));
  }

  private static AtomicFile.Content contentOf(TensorFile content) {
    return channel -> {
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      byte[] header = SafetensorsHeader.of(withChecksum(content, chunk));
      ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      AtomicFile.writeAll(channel, length.putLong(header.length).flip());
      AtomicFile.writeAll(channel, ByteBuffer.wrap(header));
      for (Map.Entry<String, Tensor> entry : SafetensorsHeader.inWritingOrder(content)) {
        eachChunk(entry.getValue(), chunk, part -> AtomicFile.writeAll(channel, part));
      }
    };
  }

  private static TensorFile withChecksum(TensorFile content, ByteBuffer chunk) throws IOException {
    ContentChecksum checksum = new ContentChecksum(content.metadata());
    for (Map.Entry<String, Tensor> entry : content.tensors().entrySet()) {
      Tensor tensor = entry.getValue();
      eachChunk(tensor, chunk, checksum::add);
      checksum.end(entry.getKey(), tensor.type(), tensor.shape());
    }
    Map<String, String> metadata = new TreeMap<>(content.metadata());
    metadata.put(ContentChecksum.KEY, checksum.value());
    return new TensorFile(metadata, content.tensors());
  }

  /** Takes a part of a tensor as it is in the file. */
  private interface Part {
    void accept(ByteBuffer bytes) throws IOException;
  }

  private static void eachChunk(Tensor tensor, ByteBuffer chunk, Part part) throws IOException {
    ElementType type = tensor.type();
    int most = CHUNK_BYTES / type.bytes();
    for (int first = 0; first < tensor.size(); first += most) {
      int count = Math.min(most, tensor.size() - first);
      chunk.clear().limit(count * type.bytes());
      type.put(tensor.array(), first, count, chunk);
      part.accept(chunk);
    }
  }
}
