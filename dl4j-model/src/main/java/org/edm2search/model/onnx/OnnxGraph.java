package org.edm2search.model.onnx;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.edm2search.model.checkpoint.ElementType;
import org.edm2search.model.checkpoint.Tensor;

/**
 * An ONNX graph under construction: inputs, constants, nodes in an order in which they can run, and
 * outputs. Values are known by their names. Opset {@value #OPSET}, IR version {@value #IR_VERSION}.
 *
 * <p>Field numbers are those of <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">
 * onnx.proto</a>.
 */
public final class OnnxGraph {

  /** Version of the standard operators. */
  public static final int OPSET = 18;

  /** Version of the format that came with the opset (ONNX 1.13). */
  public static final int IR_VERSION = 8;

  // TensorProto.DataType
  private static final int FLOAT = 1;
  private static final int UINT8 = 2;
  private static final int INT64 = 7;

  private final ProtobufMessage graph = new ProtobufMessage();
  private final Set<String> values = new HashSet<>();

  /** Starts a graph. */
  public OnnxGraph(String name) {
    graph.text(2, name);
  }

  /**
   * Adds an input.
   *
   * @param type U8, I64 or F32
   * @return its name
   */
  public String input(String name, ElementType type, Dimension... shape) {
    graph.message(11, valueInfo(name, type, shape));
    return define(name);
  }

  /** Adds a value that is part of the file: float32 or int64. Returns its name. */
  public String constant(String name, Tensor tensor) {
    ProtobufMessage message = new ProtobufMessage();
    tensor.shape().forEach(dimension -> message.integer(1, dimension));
    message.integer(2, dataType(tensor.type())).text(8, name);
    if (tensor.type() == ElementType.I64) {
      message.bytes(9, tensor.longs());
    } else {
      message.bytes(9, tensor.values());
    }
    graph.message(5, message);
    return define(name);
  }

  /**
   * Adds a node with one output.
   *
   * @param output name of what it computes
   * @param operator name in the standard operator set
   * @param inputs names of values; an empty one is an input left out
   * @return the output's name
   * @throws IllegalArgumentException if an input is not known yet, or the output is
   */
  public String node(String output, String operator, List<String> inputs, Attribute... attributes) {
    ProtobufMessage message = new ProtobufMessage();
    for (String input : inputs) {
      if (!input.isEmpty() && !values.contains(input)) {
        throw new IllegalArgumentException(
            "%s %s takes '%s', which nothing makes".formatted(operator, output, input));
      }
      message.text(1, input);
    }
    message.text(2, output).text(3, output).text(4, operator);
    for (Attribute attribute : attributes) {
      message.message(5, attribute.toMessage());
    }
    graph.message(1, message);
    return define(output);
  }

  /** Declares a value as output. */
  public void output(String name, ElementType type, Dimension... shape) {
    if (!values.contains(name)) {
      throw new IllegalArgumentException("nothing makes the output '%s'".formatted(name));
    }
    graph.message(12, valueInfo(name, type, shape));
  }

  /**
   * Returns the file's bytes, outside the Java heap, ready to be read.
   *
   * @throws IllegalStateException if they are more than the 2 GiB of a protocol-buffer file
   */
  public ByteBuffer toBytes() {
    ProtobufMessage opset = new ProtobufMessage().text(1, "").integer(2, OPSET);
    ProtobufMessage model =
        new ProtobufMessage()
            .integer(1, IR_VERSION)
            .text(2, "edm2-search")
            .message(7, graph)
            .message(8, opset);
    long size = model.size();
    if (size > Integer.MAX_VALUE) {
      throw new IllegalStateException("an ONNX file has at most 2 GiB, but this has " + size);
    }
    ByteBuffer bytes = ByteBuffer.allocateDirect((int) size);
    model.writeTo(bytes);
    return bytes.flip();
  }

  private String define(String name) {
    if (name.isEmpty() || !values.add(name)) {
      throw new IllegalArgumentException("the value '%s' is made twice".formatted(name));
    }
    return name;
  }

  private static ProtobufMessage valueInfo(String name, ElementType type, Dimension... shape) {
    ProtobufMessage dimensions = new ProtobufMessage();
    for (Dimension dimension : shape) {
      dimensions.message(1, dimension.toMessage());
    }
    ProtobufMessage tensor =
        new ProtobufMessage().integer(1, dataType(type)).message(2, dimensions);
    return new ProtobufMessage().text(1, name).message(2, new ProtobufMessage().message(1, tensor));
  }

  private static int dataType(ElementType type) {
    return switch (type) {
      case F32 -> FLOAT;
      case I64 -> INT64;
      case U8 -> UINT8;
      default -> throw new IllegalArgumentException("an ONNX graph takes no " + type);
    };
  }
}
