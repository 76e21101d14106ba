package org.edm2search.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import onnx.Onnx;
import org.edm2search.model.checkpoint.ElementType;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.space.base.Edm2SearchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is read by the classes that protoc made of onnx.proto. */
class OnnxGraphTest {

  @TempDir private Path directory;

  @Test
  void everyFieldArrives() throws Exception {
    OnnxGraph graph = new OnnxGraph("small");
    String x = graph.input("x", ElementType.U8, Dimension.named("N"), Dimension.of(300));
    String c = graph.constant("c", new Tensor(List.of(2, 1), new float[] {1.5f, -2}));
    String k = graph.constant("k", Tensor.ofLongs(List.of(), -7));
    graph.node(
        "y",
        "Thing",
        List.of(x, "", c, k),
        Attribute.integer("i", -1),
        Attribute.number("f", 0.5f),
        Attribute.text("s", "größer"),
        Attribute.integers("l", 1, 1L << 40));
    graph.output("y", ElementType.F32, Dimension.named("N"));

    Onnx.ModelProto model =
        Onnx.ModelProto.parseFrom(
            org.nd4j.shade.protobuf.ByteString.copyFrom(graph.toBytes()).toByteArray());
    assertThat(model.getIrVersion()).isEqualTo(8);
    assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(18);
    Onnx.GraphProto read = model.getGraph();
    assertThat(read.getName()).isEqualTo("small");
    Onnx.TypeProto.Tensor input = read.getInput(0).getType().getTensorType();
    assertThat(input.getElemType()).isEqualTo(Onnx.TensorProto.DataType.UINT8_VALUE);
    assertThat(input.getShape().getDim(0).getDimParam()).isEqualTo("N");
    assertThat(input.getShape().getDim(1).getDimValue()).isEqualTo(300);
    assertThat(read.getOutput(0).getName()).isEqualTo("y");
    Onnx.TensorProto floats = read.getInitializer(0);
    assertThat(floats.getDimsList()).containsExactly(2L, 1L);
    assertThat(floats.getDataType()).isEqualTo(Onnx.TensorProto.DataType.FLOAT_VALUE);
    assertThat(floats.getRawData().toByteArray())
        .containsExactly(0, 0, (byte) 0xc0, 0x3f, 0, 0, 0, (byte) 0xc0);
    assertThat(read.getInitializer(1).getDataType())
        .isEqualTo(Onnx.TensorProto.DataType.INT64_VALUE);
    assertThat(read.getInitializer(1).getRawData().byteAt(0)).isEqualTo((byte) -7);
    Onnx.NodeProto node = read.getNode(0);
    assertThat(node.getOpType()).isEqualTo("Thing");
    assertThat(node.getInputList()).containsExactly("x", "", "c", "k");
    assertThat(node.getAttribute(0).getI()).isEqualTo(-1);
    assertThat(node.getAttribute(1).getF()).isEqualTo(0.5f);
    assertThat(node.getAttribute(2).getS().toStringUtf8()).isEqualTo("größer");
    assertThat(node.getAttribute(3).getIntsList()).containsExactly(1L, 1L << 40);
    assertThat(node.getAttributeList())
        .extracting(Onnx.AttributeProto::getType)
        .containsExactly(
            Onnx.AttributeProto.AttributeType.INT,
            Onnx.AttributeProto.AttributeType.FLOAT,
            Onnx.AttributeProto.AttributeType.STRING,
            Onnx.AttributeProto.AttributeType.INTS);
  }

  @Test
  void constantsBeyondTheLimitGoIntoAFileBesideIt() throws Exception {
    OnnxGraph graph = new OnnxGraph("large");
    float[] table = new float[5000];
    for (int i = 0; i < table.length; i++) {
      table[i] = i;
    }
    String x = graph.input("x", ElementType.F32, Dimension.of(5000));
    String first = graph.constant("first", new Tensor(List.of(5000), table));
    String second = graph.constant("second", new Tensor(List.of(5000), table.clone()));
    String small = graph.constant("small", new Tensor(List.of(), new float[] {0.5f}));
    graph.node("sum", "Add", List.of(graph.node("a", "Add", List.of(x, first)), second));
    graph.node("y", "Mul", List.of("sum", small));
    graph.output("y", ElementType.F32, Dimension.of(5000));
    Path file = directory.resolve("large.onnx");
    graph.write(file, 30_000);
    Path whole = directory.resolve("whole.onnx");
    graph.write(whole);

    assertThat(directory.resolve("large.onnx.data")).exists();
    assertThat(Files.size(file)).isLessThan(2000);
    assertThat(directory.resolve("whole.onnx.data")).doesNotExist();
    for (Path model : List.of(file, whole)) {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try (OrtSession session = environment.createSession(model.toString());
          OnnxTensor input = OnnxTensor.createTensor(environment, new float[5000]);
          OrtSession.Result result = session.run(Map.of("x", input))) {
        assertThat((float[]) result.get(0).getValue()).isEqualTo(table);
      }
    }
    assertThatThrownBy(() -> graph.write(file, 30_000))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("large.onnx: cannot be written");
  }

  @Test
  void namesAreMadeOnceAndBeforeTheyAreTaken() {
    OnnxGraph graph = new OnnxGraph("wrong");
    graph.constant("c", Tensor.vector(1));
    assertThatThrownBy(() -> graph.constant("c", Tensor.vector(1)))
        .hasMessageContaining("'c' is made twice");
    assertThatThrownBy(() -> graph.node("y", "Relu", List.of("x")))
        .hasMessageContaining("takes 'x', which nothing makes");
    assertThatThrownBy(() -> graph.output("z", ElementType.F32))
        .hasMessageContaining("nothing makes the output 'z'");
    assertThatThrownBy(() -> graph.input("d", ElementType.F64))
        .hasMessageContaining("takes no F64");
  }
}
