package org.edm2search.model.checkpoint;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A float32 tensor on the Java heap.
 *
 * @param shape dimensions; empty for a scalar
 * @param values elements, row-major
 */
public record Tensor(List<Integer> shape, float[] values) {

  public Tensor {
    shape = List.copyOf(shape);
    long size = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    if (size != values.length) {
      throw new IllegalArgumentException(
          "shape %s has %d elements, but got %d".formatted(shape, size, values.length));
    }
  }

  /** Returns a vector. */
  public static Tensor vector(float... values) {
    return new Tensor(List.of(values.length), values);
  }

  /** Copies an array out of native memory. */
  public static Tensor copyOf(INDArray array) {
    List<Integer> shape =
        java.util.Arrays.stream(array.shape()).mapToObj(Math::toIntExact).toList();
    return new Tensor(shape, array.dup('c').reshape(array.length()).toFloatVector());
  }

  /** Copies named arrays out of native memory. */
  public static Map<String, Tensor> copyOf(Map<String, INDArray> arrays) {
    Map<String, Tensor> tensors = new TreeMap<>();
    arrays.forEach((name, array) -> tensors.put(name, copyOf(array)));
    return tensors;
  }

  /** Copies the tensor into native memory. */
  public INDArray toArray() {
    long[] dimensions = shape.stream().mapToLong(Integer::longValue).toArray();
    if (values.length == 0) {
      return Nd4j.empty(DataType.FLOAT);
    }
    return Nd4j.createFromArray(values).reshape('c', dimensions);
  }

  /** Copies named tensors into native memory. */
  public static Map<String, INDArray> toArrays(Map<String, Tensor> tensors) {
    Map<String, INDArray> arrays = new TreeMap<>();
    tensors.forEach((name, tensor) -> arrays.put(name, tensor.toArray()));
    return arrays;
  }
}
