package org.edm2search.model.graph;

import java.util.List;

/**
 * One native operation of a {@link Graph}.
 *
 * @param kind how it is executed
 * @param name native name, such as {@code matmul}
 * @param inputs operands
 * @param outputs results
 * @param integers integer arguments
 * @param floats floating-point arguments
 * @param flags boolean arguments
 */
public record Operation(
    Kind kind,
    String name,
    List<Node> inputs,
    List<Node> outputs,
    List<Long> integers,
    List<Double> floats,
    List<Boolean> flags) {

  /** How an operation is executed. */
  public enum Kind {
    /** A declarable operation, run through an operation context. */
    DECLARABLE,
    /**
     * As {@link #DECLARABLE}; each output element depends on the same element of the inputs only.
     */
    ELEMENT_WISE,
    /** A transform from before operation contexts: element-wise, one operand. */
    LEGACY_TRANSFORM,
    /** A transform in Java, which its compiler vectorizes: element-wise, one operand. */
    JAVA_TRANSFORM,
    /** The same elements under another shape: no work at all. */
    RESHAPE,
    /**
     * A depthwise convolution for each image of a batch, whose kernel is the image's other operand.
     */
    DEPTHWISE_PER_IMAGE,
    /** A product of matrices of rank 3 in one call, where the native {@code matmul} is a loop. */
    BATCHED_PRODUCT,
    /**
     * A product for each image and head, in the host's memory: of operands [N, L, heads, c] and
     * [N·heads, L, L], as they lie.
     */
    HEAD_PRODUCT
  }

  public Operation {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    integers = List.copyOf(integers);
    floats = List.copyOf(floats);
    flags = List.copyOf(flags);
  }

  /** Returns the only output. */
  public Node output() {
    if (outputs.size() != 1) {
      throw new IllegalStateException(name + " has " + outputs.size() + " outputs");
    }
    return outputs.get(0);
  }
}
