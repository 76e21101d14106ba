package org.edm2search.model.onnx;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
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
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.CodedOutputStream;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

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

  /** Ends the name of a file of constants that lies beside a graph's. */
  public static final String OUTSIDE = ".data";

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final ModelProto.Builder model =
      ModelProto.newBuilder()
          .setIrVersion(IR_VERSION)
          .setProducerName("edm2-search")
          .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET));
  private final OnnxConstants constants = new OnnxConstants();
  private final Set<String> values = new HashSet<>();

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

  /** Adds a value that is part of the file: float32, float16 or int64. Returns its name. */
  public String constant(String name, Tensor tensor) {
    return constant(name, tensor.type(), tensor.shape(), () -> tensor);
  }

  /** Adds a value that is made when it is written. */
  String constant(String name, ElementType type, List<Integer> shape, Supplier<Tensor> content) {
    constants.add(new OnnxConstants.Constant(name, type, shape, content));
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

  /**
   * Returns the same graph of SameDiff's own operations; values keep their names.
   *
   * @throws IllegalArgumentException if it has operators that exported networks have not
   */
  public SameDiff toSameDiff() {
    return SameDiffTranslation.of(graph, constants);
  }

  /**
   * Returns the file's bytes, outside the Java heap, ready to be read.
   *
   * @throws IllegalStateException if they are more than such a file can have
   */
  public ByteBuffer toBytes() {
    if (constants.bytes() > MOST_CONSTANT_BYTES) {
      throw new IllegalStateException(
          "an ONNX file has at most 2 GiB, but the constants of this have %d bytes"
              .formatted(constants.bytes()));
    }
    ModelProto message = message(constants.inside());
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

  /**
   * Writes the file. Constants that are more than a file can have go into another one beside it, of
   * the same name with {@value #OUTSIDE} behind it, as the format has it.
   *
   * @param file that is not there yet
   * @throws Edm2SearchException if it cannot be written
   */
  public void write(Path file) {
    write(file, MOST_CONSTANT_BYTES);
  }

  /** Writes the file, with at most so many bytes of constants in it. */
  void write(Path file, long mostConstantBytes) {
    try {
      List<TensorProto> tensors =
          constants.bytes() <= mostConstantBytes
              ? constants.inside()
              : constants.outside(file.resolveSibling(file.getFileName() + OUTSIDE));
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        message(tensors).writeTo(Channels.newOutputStream(channel));
        channel.force(true);
      }
    } catch (IOException e) {
      throw new Edm2SearchException(file + ": cannot be written: " + AtomicFile.reason(e), e);
    }
  }

  /**
   * Requires a file to hold this graph, whatever the values of its large constants are: so that
   * nothing foreign is given to a runtime.
   *
   * @throws Edm2SearchException if it holds another one, or none
   */
  public void requireSame(Path file) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      CodedInputStream coded = CodedInputStream.newInstance(in);
      coded.setSizeLimit(Integer.MAX_VALUE);
      ModelProto.Builder read = ModelProto.parseFrom(coded).toBuilder();
      GraphProto.Builder body = read.getGraphBuilder();
      List<TensorProto> headers =
          body.getInitializerList().stream()
              .map(tensor -> OnnxConstants.header(tensor, file.getFileName() + OUTSIDE))
              .toList();
      body.clearInitializer().addAllInitializer(headers);
      if (read.build().equals(message(constants.headers()))) {
        return;
      }
    } catch (InvalidProtocolBufferException e) {
      throw new Edm2SearchException(file + ": is no ONNX file: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new Edm2SearchException(file + ": cannot be read: " + AtomicFile.reason(e), e);
    }
    throw new Edm2SearchException(
        file
            + ": is not the graph that this version exports for the network beside it, and is not run;"
            + " training.json says which version exported the bundle");
  }

  private ModelProto message(List<TensorProto> tensors) {
    return model.clone().setGraph(graph.clone().addAllInitializer(tensors)).build();
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

  static int dataType(ElementType type) {
    return switch (type) {
      case F32 -> TensorProto.DataType.FLOAT_VALUE;
      case F16 -> TensorProto.DataType.FLOAT16_VALUE;
      case I64 -> TensorProto.DataType.INT64_VALUE;
      case U8 -> TensorProto.DataType.UINT8_VALUE;
      default -> throw new IllegalArgumentException("an ONNX graph takes no " + type);
    };
  }
}
