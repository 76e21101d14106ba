package org.edm2search.model.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.edm2search.model.checkpoint.ElementType;
import org.edm2search.model.checkpoint.Tensor;
import org.nd4j.shade.protobuf.CodedOutputStream;
import org.nd4j.shade.protobuf.UnsafeByteOperations;

/**
 * An ONNX graph under construction: inputs, constants, nodes in an order in which they can run, and
 * outputs. Values are known by their names. Opset {@value #OPSET}, IR version {@value #IR_VERSION}.
 */
public final class OnnxGraph {

  /** Version of the standard operators. */
  public static final int OPSET = 18;

  /** Version of the format that came with the opset (ONNX 1.13). */
  public static final int IR_VERSION = 8;

  /** Room for everything but the constants in the 2 GiB of a protocol-buffer file. */
  private static final long MOST_CONSTANT_BYTES = Integer.MAX_VALUE - (64L << 20);

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final ModelProto.Builder model =
      ModelProto.newBuilder()
          .setIrVersion(IR_VERSION)
          .setProducerName("edm2-search")
          .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET));
  private final Set<String> values = new HashSet<>();
  private long constantBytes;

  /** Starts a graph. */
  public OnnxGraph(String name) {
    graph.setName(name);
  }

  /** Adds a text about the model, which runtimes show under its key. */
  public void metadata(String key, String value) {
    model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value));
  }

  /**
   * Adds an input.
   *
   * @param type U8, I64 or F32
   * @return its name
   */
  public String input(String name, ElementType type, Dimension... shape) {
    graph.addInput(valueInfo(name, type, shape));
    return define(name);
  }

  /** Adds a value that is part of the file: float32 or int64. Returns its name. */
  public String constant(String name, Tensor tensor) {
    return constant(name, tensor, tensor.type());
  }

  /**
   * Adds a value that is part of the file.
   *
   * @param type it has in the file: the tensor's own, or F16 for a float32 tensor
   * @return its name
   */
  public String constant(String name, Tensor tensor, ElementType type) {
    long bytes = (long) tensor.size() * type.bytes();
    constantBytes += bytes;
    if (constantBytes > MOST_CONSTANT_BYTES) {
      throw new IllegalStateException(
          "an ONNX file has at most 2 GiB, but the constants of this have more than "
              + constantBytes
              + " bytes");
    }
    ByteBuffer raw = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    tensor.put(type, raw);
    TensorProto.Builder message =
        TensorProto.newBuilder()
            .setDataType(dataType(type))
            .setName(name)
            .setRawData(UnsafeByteOperations.unsafeWrap(raw));
    tensor.shape().forEach(message::addDims);
    graph.addInitializer(message);
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
    nodes(List.of(output), operator, inputs, attributes);
    return output;
  }

  /** Adds a node with several outputs, in the same way. */
  public void nodes(
      List<String> outputs, String operator, List<String> inputs, Attribute... attributes) {
    NodeProto.Builder message =
        NodeProto.newBuilder().setName(outputs.get(0)).setOpType(operator).addAllOutput(outputs);
    for (String input : inputs) {
      if (!input.isEmpty() && !values.contains(input)) {
        throw new IllegalArgumentException(
            "%s %s takes '%s', which nothing makes".formatted(operator, outputs.get(0), input));
      }
      message.addInput(input);
    }
    for (Attribute attribute : attributes) {
      message.addAttribute(attribute.toMessage());
    }
    outputs.forEach(this::define);
    graph.addNode(message);
  }

  /** Declares a value as output. */
  public void output(String name, ElementType type, Dimension... shape) {
    if (!values.contains(name)) {
      throw new IllegalArgumentException("nothing makes the output '%s'".formatted(name));
    }
    graph.addOutput(valueInfo(name, type, shape));
  }

  /** Returns the file's bytes, outside the Java heap, ready to be read. */
  public ByteBuffer toBytes() {
    ModelProto message = model.setGraph(graph).build();
    ByteBuffer bytes = ByteBuffer.allocateDirect(message.getSerializedSize());
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      message.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer of the message's size was too small", e);
    }
    return bytes.flip();
  }

  private String define(String name) {
    if (name.isEmpty() || !values.add(name)) {
      throw new IllegalArgumentException("the value '%s' is made twice".formatted(name));
    }
    return name;
  }

  private static ValueInfoProto.Builder valueInfo(
      String name, ElementType type, Dimension... shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (Dimension dimension : shape) {
      dimensions.addDim(dimension.toMessage());
    }
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(dataType(type)).setShape(dimensions);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor));
  }

  private static int dataType(ElementType type) {
    return switch (type) {
      case F32 -> TensorProto.DataType.FLOAT_VALUE;
      case F16 -> TensorProto.DataType.FLOAT16_VALUE;
      case I64 -> TensorProto.DataType.INT64_VALUE;
      case U8 -> TensorProto.DataType.UINT8_VALUE;
      default -> throw new IllegalArgumentException("an ONNX graph takes no " + type);
    };
  }
}
