package org.edm2search.model.graph;

import java.util.Arrays;

/** A float32 value of a {@link Graph}, with its static shape. Compared by identity. */
public final class Node {

  private final String name;
  private final long[] shape;

  Node(String name, long... shape) {
    this.name = name;
    this.shape = shape;
  }

  /** Returns the name, unique in the graph. */
  public String name() {
    return name;
  }

  /** Returns a copy of the shape. */
  public long[] shape() {
    return shape.clone();
  }

  /** Returns the length of an axis. */
  public long size(int axis) {
    return shape[axis];
  }

  /** Returns the number of elements. */
  public long length() {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  @Override
  public String toString() {
    return name() + Arrays.toString(shape);
  }
}
