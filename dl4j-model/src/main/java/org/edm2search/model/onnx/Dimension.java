package org.edm2search.model.onnx;

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

  ProtobufMessage toMessage() {
    return name.isEmpty()
        ? new ProtobufMessage().integer(1, size)
        : new ProtobufMessage().text(2, name);
  }
}
