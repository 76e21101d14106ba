package org.edm2search.model.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A message in the <a href="https://protobuf.dev/programming-guides/encoding/">protocol-buffer
 * encoding</a>: fields in the order they are added. Large arrays are kept by reference until the
 * message is written.
 */
final class ProtobufMessage {

  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  /** A part of the encoding whose size is known before it is written. */
  private interface Part {
    long size();

    void writeTo(ByteBuffer out);
  }

  private record Varint(long value) implements Part {
    @Override
    public long size() {
      return value == 0 ? 1 : (70 - Long.numberOfLeadingZeros(value)) / 7;
    }

    @Override
    public void writeTo(ByteBuffer out) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        out.put((byte) (rest & 0x7f | 0x80));
        rest >>>= 7;
      }
      out.put((byte) rest);
    }
  }

  private record Bytes(byte[] bytes) implements Part {
    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public void writeTo(ByteBuffer out) {
      out.put(bytes);
    }
  }

  /** Little-endian float32. */
  private record Floats(float[] values) implements Part {
    @Override
    public long size() {
      return 4L * values.length;
    }

    @Override
    public void writeTo(ByteBuffer out) {
      out.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
      out.position(out.position() + 4 * values.length);
    }
  }

  /** Little-endian int64. */
  private record Longs(long[] values) implements Part {
    @Override
    public long size() {
      return 8L * values.length;
    }

    @Override
    public void writeTo(ByteBuffer out) {
      out.slice().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(values);
      out.position(out.position() + 8 * values.length);
    }
  }

  private record Nested(ProtobufMessage message) implements Part {
    @Override
    public long size() {
      return message.size();
    }

    @Override
    public void writeTo(ByteBuffer out) {
      message.writeTo(out);
    }
  }

  private final List<Part> parts = new ArrayList<>();

  /** Adds an integer (int32, int64, enum). */
  ProtobufMessage integer(int field, long value) {
    tag(field, VARINT);
    parts.add(new Varint(value));
    return this;
  }

  /** Adds a float. */
  ProtobufMessage number(int field, float value) {
    tag(field, FIXED32);
    parts.add(new Floats(new float[] {value}));
    return this;
  }

  /** Adds a text. */
  ProtobufMessage text(int field, String value) {
    return delimited(field, new Bytes(value.getBytes(StandardCharsets.UTF_8)));
  }

  /** Adds the little-endian bytes of float32 values. */
  ProtobufMessage bytes(int field, float[] values) {
    return delimited(field, new Floats(values));
  }

  /** Adds the little-endian bytes of int64 values. */
  ProtobufMessage bytes(int field, long[] values) {
    return delimited(field, new Longs(values));
  }

  /** Adds a nested message, which may still grow. */
  ProtobufMessage message(int field, ProtobufMessage value) {
    return delimited(field, new Nested(value));
  }

  private ProtobufMessage delimited(int field, Part content) {
    tag(field, LENGTH_DELIMITED);
    parts.add(
        new Part() {
          @Override
          public long size() {
            return new Varint(content.size()).size() + content.size();
          }

          @Override
          public void writeTo(ByteBuffer out) {
            new Varint(content.size()).writeTo(out);
            content.writeTo(out);
          }
        });
    return this;
  }

  private void tag(int field, int wireType) {
    parts.add(new Varint((long) field << 3 | wireType));
  }

  /** Returns the bytes of the encoding. */
  long size() {
    return parts.stream().mapToLong(Part::size).sum();
  }

  /** Writes the encoding at the buffer's position. */
  void writeTo(ByteBuffer out) {
    parts.forEach(part -> part.writeTo(out));
  }
}
