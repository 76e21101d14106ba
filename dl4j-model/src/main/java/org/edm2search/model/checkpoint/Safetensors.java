package org.edm2search.model.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes <a href="https://github.com/huggingface/safetensors">safetensors</a>: a
 * little-endian header length, a JSON header, then the tensors without gaps. Reads F32, and F64,
 * F16 and BF16 as float32; writes F32.
 *
 * <p>A file is untrusted: every length is checked before anything of its size is allocated.
 */
public final class Safetensors {

  private static final long MAX_HEADER_BYTES = 100_000_000;
  private static final int LENGTH_BYTES = 8;
  private static final int MAX_RANK = 8;
  private static final String METADATA = "__metadata__";

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build())
                  .build())
          .build();

  private Safetensors() {}

  /**
   * Reads a file.
   *
   * @throws InvalidTensorFileException if it is missing, truncated or inconsistent
   */
  public static TensorFile read(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new Reader(file, channel).read();
    } catch (NoSuchFileException e) {
      throw new InvalidTensorFileException(file, "no such file", e);
    } catch (IOException e) {
      throw new InvalidTensorFileException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  private record Entry(String name, String type, List<Integer> shape, long begin, long end) {}

  private record Reader(Path file, FileChannel channel) {

    TensorFile read() throws IOException {
      long size = channel.size();
      if (size < LENGTH_BYTES) {
        throw invalid("a safetensors file has at least 8 bytes, but this has " + size);
      }
      long headerBytes = bytes(0, LENGTH_BYTES).getLong();
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
      JsonNode header = header(headerBytes);
      Map<String, String> metadata = metadata(header);
      List<Entry> entries = new ArrayList<>();
      for (Map.Entry<String, JsonNode> property : header.properties()) {
        if (!property.getKey().equals(METADATA)) {
          entries.add(entry(property.getKey(), property.getValue()));
        }
      }
      long dataStart = LENGTH_BYTES + headerBytes;
      requireGapless(entries, size - dataStart);
      Map<String, Tensor> tensors = new TreeMap<>();
      for (Entry entry : entries) {
        tensors.put(entry.name, new Tensor(entry.shape, values(entry, dataStart)));
      }
      return new TensorFile(metadata, tensors);
    }

    private ByteBuffer bytes(long position, long length) throws IOException {
      ByteBuffer buffer =
          ByteBuffer.allocate(Math.toIntExact(length)).order(ByteOrder.LITTLE_ENDIAN);
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, position + buffer.position()) < 0) {
          throw invalid("truncated at byte " + (position + buffer.position()));
        }
      }
      return buffer.flip();
    }

    private JsonNode header(long length) throws IOException {
      String text = StandardCharsets.UTF_8.decode(bytes(LENGTH_BYTES, length)).toString();
      try {
        JsonNode header = JSON.readTree(text);
        if (!text.startsWith("{") || !header.isObject()) {
          throw invalid("the header must be a JSON object");
        }
        return header;
      } catch (JacksonException e) {
        throw new InvalidTensorFileException(
            file, "the header is not valid JSON: " + e.getOriginalMessage(), e);
      }
    }

    private Map<String, String> metadata(JsonNode header) {
      Map<String, String> metadata = new TreeMap<>();
      JsonNode node = header.get(METADATA);
      if (node == null) {
        return metadata;
      }
      if (!node.isObject()) {
        throw invalid("__metadata__ must be an object");
      }
      for (Map.Entry<String, JsonNode> property : node.properties()) {
        if (!property.getValue().isString()) {
          throw invalid("__metadata__ value of '%s' must be text".formatted(property.getKey()));
        }
        metadata.put(property.getKey(), property.getValue().asString());
      }
      return metadata;
    }

    private Entry entry(String name, JsonNode node) {
      JsonNode type = node.path("dtype");
      JsonNode shape = node.path("shape");
      JsonNode offsets = node.path("data_offsets");
      if (!type.isString()
          || !shape.isArray()
          || !offsets.isArray()
          || offsets.size() != 2
          || !offsets.get(0).isIntegralNumber()
          || !offsets.get(1).isIntegralNumber()) {
        throw invalid("tensor '%s' needs dtype, shape and two data_offsets".formatted(name));
      }
      if (shape.size() > MAX_RANK) {
        throw invalid("tensor '%s' has rank %d, over %d".formatted(name, shape.size(), MAX_RANK));
      }
      List<Integer> dimensions = new ArrayList<>();
      long elements = 1;
      for (JsonNode dimension : shape) {
        if (!dimension.canConvertToInt() || dimension.asInt() < 0) {
          throw invalid("tensor '%s' has the dimension %s".formatted(name, dimension));
        }
        dimensions.add(dimension.asInt());
        elements = saturatedProduct(elements, dimension.asInt());
      }
      int width = width(name, type.asString());
      if (!offsets.get(0).canConvertToLong() || !offsets.get(1).canConvertToLong()) {
        throw invalid("tensor '%s' has data_offsets beyond 2^63".formatted(name));
      }
      long begin = offsets.get(0).asLong();
      long end = offsets.get(1).asLong();
      if (begin < 0 || end < begin || elements > Integer.MAX_VALUE - 8) {
        throw invalid(
            "tensor '%s' has shape %s at bytes %d to %d".formatted(name, dimensions, begin, end));
      }
      if (end - begin != elements * width) {
        throw invalid(
            "tensor '%s' of shape %s and type %s needs %d bytes, but has %d"
                .formatted(name, dimensions, type.asString(), elements * width, end - begin));
      }
      return new Entry(name, type.asString(), dimensions, begin, end);
    }

    private static long saturatedProduct(long a, long b) {
      return b != 0 && a > Long.MAX_VALUE / 16 / b ? Long.MAX_VALUE / 16 : a * b;
    }

    private int width(String name, String type) {
      return switch (type) {
        case "F64" -> 8;
        case "F32" -> 4;
        case "F16", "BF16" -> 2;
        default ->
            throw invalid(
                "tensor '%s' has type %s; F32, F64, F16 and BF16 can be read"
                    .formatted(name, type));
      };
    }

    private void requireGapless(List<Entry> entries, long dataBytes) {
      List<Entry> byOffset = new ArrayList<>(entries);
      byOffset.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
      long end = 0;
      for (Entry entry : byOffset) {
        if (entry.begin != end) {
          throw invalid(
              "tensor '%s' should start at byte %d, but starts at %d"
                  .formatted(entry.name, end, entry.begin));
        }
        end = entry.end;
      }
      if (end > dataBytes) {
        throw invalid(
            "truncated: the tensors need %d bytes, but only %d follow the header"
                .formatted(end, dataBytes));
      }
      if (end < dataBytes) {
        throw invalid("%d bytes follow the last tensor".formatted(dataBytes - end));
      }
    }

    private float[] values(Entry entry, long dataStart) throws IOException {
      int width = width(entry.name, entry.type);
      float[] values = new float[(int) ((entry.end - entry.begin) / width)];
      int chunk = 1 << 20;
      for (int first = 0; first < values.length; first += chunk) {
        int count = Math.min(chunk, values.length - first);
        ByteBuffer buffer =
            bytes(dataStart + entry.begin + (long) first * width, (long) count * width);
        switch (entry.type) {
          case "F32" -> buffer.asFloatBuffer().get(values, first, count);
          case "F64" -> {
            for (int i = 0; i < count; i++) {
              values[first + i] = (float) buffer.getDouble();
            }
          }
          case "BF16" -> {
            for (int i = 0; i < count; i++) {
              values[first + i] = Float.intBitsToFloat(buffer.getShort() << 16);
            }
          }
          default -> {
            for (int i = 0; i < count; i++) {
              values[first + i] = halfToFloat(buffer.getShort());
            }
          }
        }
      }
      return values;
    }

    /** IEEE 754 binary16; Java 20 has Float.float16ToFloat. */
    private static float halfToFloat(short half) {
      int exponent = half >> 10 & 0x1f;
      int fraction = half & 0x3ff;
      double magnitude =
          switch (exponent) {
            case 0 -> fraction * 0x1p-24;
            case 31 -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            default -> (1024 + fraction) * Math.pow(2, exponent - 25);
          };
      return (float) (half < 0 ? -magnitude : magnitude);
    }

    private InvalidTensorFileException invalid(String rule) {
      return new InvalidTensorFileException(file, rule);
    }
  }

  /**
   * Writes a file, all or nothing: a reader sees the old content or the new, also after a crash.
   * Equal content gives equal bytes.
   */
  public static void write(Path file, TensorFile content) {
    byte[] header = header(content);
    Path directory = file.toAbsolutePath().getParent();
    try {
      Files.createDirectories(directory);
      Path temporary = Files.createTempFile(directory, file.getFileName().toString(), ".tmp");
      try {
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
          ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
          writeAll(channel, length.putLong(header.length).flip());
          writeAll(channel, ByteBuffer.wrap(header));
          for (Tensor tensor : content.tensors().values()) {
            write(channel, tensor.values());
          }
          channel.force(true);
        }
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] header(TensorFile content) {
    ObjectNode header = JSON.createObjectNode();
    if (!content.metadata().isEmpty()) {
      ObjectNode metadata = header.putObject(METADATA);
      content.metadata().forEach(metadata::put);
    }
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : content.tensors().entrySet()) {
      Tensor tensor = entry.getValue();
      ObjectNode node = header.putObject(entry.getKey());
      node.put("dtype", "F32");
      tensor.shape().forEach(node.putArray("shape")::add);
      long end = offset + (long) tensor.values().length * Float.BYTES;
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = JSON.writeValueAsBytes(header);
    // Blanks at the end align the tensors.
    byte[] padded = java.util.Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    java.util.Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  private static void write(FileChannel channel, float[] values) throws IOException {
    int chunk = 1 << 20;
    ByteBuffer buffer =
        ByteBuffer.allocate(Math.min(chunk, values.length) * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int first = 0; first < values.length; first += chunk) {
      int count = Math.min(chunk, values.length - first);
      buffer.clear().limit(count * Float.BYTES);
      buffer.asFloatBuffer().put(values, first, count);
      writeAll(channel, buffer);
    }
  }

  private static void writeAll(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
