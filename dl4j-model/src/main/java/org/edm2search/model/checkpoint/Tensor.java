package org.edm2search.model.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.edm2search.model.device.HostView;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A tensor on the Java heap, row-major, in the element type it has in a file. Networks use float32;
 * the other types let files of other programs be read and written without loss.
 *
 * <p>Arrays are not copied on the way in and out: whoever changes one changes the tensor.
 */
public final class Tensor {

  private final List<Integer> shape;
  private final ElementType type;
  private final Object array;
  private volatile float @Nullable [] rounded;

  /** Makes a float32 tensor; the shape is empty for a scalar. */
  public Tensor(List<Integer> shape, float[] values) {
    this(shape, ElementType.F32, values, values.length);
  }

  private Tensor(List<Integer> shape, ElementType type, Object array, int length) {
    this.shape = List.copyOf(shape);
    this.type = type;
    this.array = array;
    if (elements(this.shape) != length) {
      throw new IllegalArgumentException(
          "shape %s has %d elements, but got %d"
              .formatted(this.shape, elements(this.shape), length));
    }
  }

  /** Returns a float32 vector. */
  public static Tensor vector(float... values) {
    return new Tensor(List.of(values.length), values);
  }

  /** Returns a float64 tensor. */
  public static Tensor ofDoubles(List<Integer> shape, double... values) {
    return new Tensor(shape, ElementType.F64, values, values.length);
  }

  /** Returns an int64 tensor. */
  public static Tensor ofLongs(List<Integer> shape, long... values) {
    return new Tensor(shape, ElementType.I64, values, values.length);
  }

  /** Wraps an array of the form that the type's elements are held in. */
  static Tensor wrap(List<Integer> shape, ElementType type, Object array) {
    return new Tensor(shape, type.kept(), array, java.lang.reflect.Array.getLength(array));
  }

  /** Returns the number of elements of a shape, {@link Long#MAX_VALUE} if it is beyond a long. */
  static long elements(List<Integer> shape) {
    long product = 1;
    for (int dimension : shape) {
      if (dimension == 0) {
        return 0;
      }
      product = product > Long.MAX_VALUE / dimension ? Long.MAX_VALUE : product * dimension;
    }
    return product;
  }

  /** Returns the dimensions; empty for a scalar. */
  public List<Integer> shape() {
    return shape;
  }

  /** Returns the element type, which the tensor is written in. */
  public ElementType type() {
    return type;
  }

  /** Returns the number of elements. */
  public int size() {
    return (int) elements(shape);
  }

  /**
   * Returns the elements as float32: the tensor's own array if it is F32 or F16, else rounded once.
   */
  public float[] values() {
    if (array instanceof float[] own) {
      return own;
    }
    float[] floats = rounded;
    if (floats == null) {
      double[] doubles = doubles();
      floats = new float[doubles.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) doubles[i];
      }
      rounded = floats;
    }
    return floats;
  }

  /** Returns the elements as float64: the tensor's own array if it is F64, else a new one. */
  public double[] doubles() {
    if (array instanceof double[] own) {
      return own;
    }
    double[] doubles = new double[size()];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = array instanceof float[] floats ? floats[i] : integer(i);
    }
    return doubles;
  }

  /**
   * Returns the elements of an integer tensor.
   *
   * @throws IllegalStateException if the tensor has fractions
   */
  public long[] longs() {
    if (array instanceof long[] own) {
      return own;
    }
    if (array instanceof float[] || array instanceof double[]) {
      throw new IllegalStateException("an integer tensor is needed, but this has type " + type);
    }
    long[] longs = new long[size()];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = integer(i);
    }
    return longs;
  }

  private long integer(int i) {
    if (array instanceof long[] longs) {
      return longs[i];
    }
    return array instanceof int[] ints ? ints[i] : Byte.toUnsignedInt(((byte[]) array)[i]);
  }

  /** Returns the elements as the type holds them. */
  Object array() {
    return array;
  }

  /** Writes the elements at a buffer's position, which stays: little-endian, with room for them. */
  public void put(ByteBuffer to) {
    type.put(array, 0, size(), to);
  }

  /**
   * Returns a tensor of floats with other rows, along its first dimension.
   *
   * @param rows of this tensor, in the new order
   */
  public Tensor withRows(int... rows) {
    int width = size() / shape.get(0);
    float[] values = new float[rows.length * width];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(values(), rows[row] * width, values, row * width, width);
    }
    List<Integer> sizes = new ArrayList<>(shape);
    sizes.set(0, rows.length);
    return new Tensor(sizes, type, values, values.length);
  }

  /**
   * Returns a float32 tensor in half precision: its elements rounded to the nearest, ties to even.
   *
   * @throws IllegalArgumentException if one is beyond the type's range
   */
  public Tensor toHalf() {
    ByteBuffer halves =
        ByteBuffer.allocate(ElementType.F16.bytes() * size()).order(ByteOrder.LITTLE_ENDIAN);
    ElementType.F16.put(values(), 0, size(), halves);
    float[] rounded = new float[size()];
    ElementType.F16.get(halves, rounded, 0, rounded.length);
    for (int i = 0; i < rounded.length; i++) {
      if (Float.isInfinite(rounded[i]) && Float.isFinite(values()[i])) {
        throw new IllegalArgumentException(
            "%s is beyond half precision, which ends at 65504".formatted(values()[i]));
      }
    }
    return new Tensor(shape, ElementType.F16, rounded, rounded.length);
  }

  @Override
  public String toString() {
    return "Tensor[%s %s]".formatted(type, shape);
  }

  /** Copies an array out of native memory, as float32. */
  public static Tensor copyOf(INDArray array) {
    List<Integer> shape = Arrays.stream(array.shape()).mapToObj(Math::toIntExact).toList();
    return new Tensor(shape, values(array));
  }

  private static float[] values(INDArray array) {
    if (array.rank() == 0 || array.dataType() != DataType.FLOAT || !HostView.isRowMajor(array)) {
      return array.dup('c').reshape(array.length()).toFloatVector();
    }
    // Without a native copy: checkpoints are written while memory is to stay level.
    float[] values = new float[Math.toIntExact(array.length())];
    HostView.read(array).get(values);
    return values;
  }

  /** Copies named arrays out of native memory. */
  public static Map<String, Tensor> copyOf(Map<String, INDArray> arrays) {
    Map<String, Tensor> tensors = new TreeMap<>();
    arrays.forEach((name, array) -> tensors.put(name, copyOf(array)));
    return tensors;
  }

  /** Copies the tensor into native memory, as float32. */
  public INDArray toArray() {
    long[] dimensions = shape.stream().mapToLong(Integer::longValue).toArray();
    if (size() == 0) {
      return Nd4j.empty(DataType.FLOAT);
    }
    return Nd4j.createFromArray(values()).reshape('c', dimensions);
  }

  /** Copies named tensors into native memory. */
  public static Map<String, INDArray> toArrays(Map<String, Tensor> tensors) {
    Map<String, INDArray> arrays = new TreeMap<>();
    tensors.forEach((name, tensor) -> arrays.put(name, tensor.toArray()));
    return arrays;
  }
}
