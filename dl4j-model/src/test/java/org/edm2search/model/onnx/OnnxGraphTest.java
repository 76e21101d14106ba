package org.edm2search.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import onnx.Onnx;
import org.edm2search.model.checkpoint.ElementType;
import org.edm2search.model.checkpoint.Tensor;
import org.junit.jupiter.api.Test;

/** What is written is read by the classes that protoc made of onnx.proto. */
class OnnxGraphTest {

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
