package org.edm2search.model.onnx;

import onnx.Onnx.TensorShapeProto;

/** A dimension of an input or output: a size, or a name for one that is known when it runs. */
public record Dimension(String name, long size) {

  /** Returns a fixed size. */
  public static Dimension of(long size) {
    return new Dimension("", size);
  }

  /** Returns a size that is known when the graph runs; equal names are equal sizes. */
  public static Dimension named(String name) {
    return new Dimension(name, 0);
  }

  TensorShapeProto.Dimension toMessage() {
    TensorShapeProto.Dimension.Builder message = TensorShapeProto.Dimension.newBuilder();
    return (name.isEmpty() ? message.setDimValue(size) : message.setDimParam(name)).build();
  }
}
