package org.edm2search.model.checkpoint;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The element types of a tensor file that can be read, under their names in the file. */
public enum ElementType {
  F64(8),
  F32(4),
  /** IEEE 754 half precision; elements are held as float32. */
  F16(2),
  /** The upper half of a float32; read as F32. */
  BF16(2),
  I64(8),
  I32(4),
  U8(1);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns the size of an element in the file. */
  public int bytes() {
    return bytes;
  }

  /** Returns the type that a tensor which is read has, and is written in again. */
  ElementType kept() {
    return this == BF16 ? F32 : this;
  }

  static Optional<ElementType> of(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /** Returns a new Java array for elements in the form they are held in. */
  Object newArray(int length) {
    return switch (this) {
      case F64 -> new double[length];
      case F32, F16, BF16 -> new float[length];
      case I64 -> new long[length];
      case I32 -> new int[length];
      case U8 -> new byte[length];
    };
  }

  /** Copies little-endian elements of the file into such an array. */
  void get(ByteBuffer from, Object array, int first, int count) {
    switch (this) {
      case F64 -> from.asDoubleBuffer().get((double[]) array, first, count);
      case F32 -> from.asFloatBuffer().get((float[]) array, first, count);
      case I64 -> from.asLongBuffer().get((long[]) array, first, count);
      case I32 -> from.asIntBuffer().get((int[]) array, first, count);
      case U8 -> from.get((byte[]) array, first, count);
      case BF16 -> {
        for (int i = first; i < first + count; i++) {
          ((float[]) array)[i] = Float.intBitsToFloat(from.getShort() << 16);
        }
      }
      case F16 -> {
        for (int i = first; i < first + count; i++) {
          ((float[]) array)[i] = halfToFloat(from.getShort());
        }
      }
    }
  }

  /**
   * Copies elements of such an array into the file's little-endian form. Half precision is rounded
   * to the nearest, ties to even; the buffer's position stays.
   */
  void put(Object array, int first, int count, ByteBuffer to) {
    switch (this) {
      case F64 -> to.asDoubleBuffer().put((double[]) array, first, count);
      case F32 -> to.asFloatBuffer().put((float[]) array, first, count);
      case I64 -> to.asLongBuffer().put((long[]) array, first, count);
      case I32 -> to.asIntBuffer().put((int[]) array, first, count);
      case U8 -> to.slice().put((byte[]) array, first, count);
      case F16 -> {
        for (int i = 0; i < count; i++) {
          to.putShort(to.position() + 2 * i, floatToHalf(((float[]) array)[first + i]));
        }
      }
      case BF16 -> throw new IllegalArgumentException("tensors are not written as BF16");
    }
  }

  /** Decodes IEEE 754 binary16; Java 20 has Float.float16ToFloat. */
  private static float halfToFloat(short half) {
    int exponent = half >> 10 & 0x1f;
    int fraction = half & 0x3ff;
    float magnitude =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24f;
          case 31 -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          // A normal half is a normal float with the exponent's bias raised from 15 to 127.
          default -> Float.intBitsToFloat(exponent + 112 << 23 | fraction << 13);
        };
    return half < 0 ? -magnitude : magnitude;
  }

  /** Encodes IEEE 754 binary16; Java 20 has Float.floatToFloat16. */
  private static short floatToHalf(float value) {
    float magnitude = Math.abs(value);
    int half;
    if (Float.isNaN(value)) {
      half = 0x7e00;
    } else if (magnitude >= 65520) {
      half = 0x7c00;
    } else if (magnitude < 0x1p-14f) {
      // Subnormal halves are multiples of 2⁻²⁴.
      half = (int) Math.rint(magnitude * 0x1p24);
    } else {
      int bits = Float.floatToRawIntBits(magnitude) - (112 << 23);
      half = bits + 0xfff + (bits >>> 13 & 1) >>> 13;
    }
    return (short) (half | Float.floatToRawIntBits(value) >>> 16 & 0x8000);
  }
}
