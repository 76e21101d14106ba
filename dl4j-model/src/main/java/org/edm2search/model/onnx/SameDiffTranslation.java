package org.edm2search.model.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProtoOrBuilder;
import onnx.Onnx.NodeProto;
import onnx.Onnx.ValueInfoProto;
import org.edm2search.model.checkpoint.ElementType;
import org.edm2search.model.checkpoint.Tensor;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The graph of {@link OnnxDenoiser}, in single precision, as a graph of SameDiff's own operations,
 * which ND4J runs without this project. Values keep their names, so that inputs and output are
 * those of the ONNX file.
 */
final class SameDiffTranslation {

  private final SameDiff target = SameDiff.create();
  private final Map<String, SDVariable> values = new HashMap<>();
  private final Map<String, INDArray> constants = new HashMap<>();

  private SameDiffTranslation() {}

  static SameDiff of(GraphProtoOrBuilder graph, OnnxConstants constants) {
    SameDiffTranslation translation = new SameDiffTranslation();
    constants.all().forEach(translation::constant);
    graph.getInputList().forEach(translation::input);
    graph.getNodeList().forEach(translation::node);
    return translation.target;
  }

  private void input(ValueInfoProto input) {
    long[] shape =
        input.getType().getTensorType().getShape().getDimList().stream()
            .mapToLong(
                dimension -> dimension.getDimParam().isEmpty() ? dimension.getDimValue() : -1)
            .toArray();
    values.put(input.getName(), target.placeHolder(input.getName(), DataType.FLOAT, shape));
  }

  private void constant(OnnxConstants.Constant constant) {
    Tensor tensor = constant.content().get();
    constants.put(
        constant.name(),
        constant.type() == ElementType.I64
            ? Nd4j.createFromArray(tensor.longs())
            : tensor.toArray());
  }

  private void node(NodeProto node) {
    List<String> outputs = node.getOutputList();
    if (outputs.size() > 1) {
      split(node, outputs);
      return;
    }
    SDVariable made = made(node);
    values.put(outputs.get(0), made.rename(outputs.get(0)));
  }

  private SDVariable made(NodeProto node) {
    return switch (node.getOpType()) {
      case "Add" -> value(node, 0).add(value(node, 1));
      case "Mul" -> value(node, 0).mul(value(node, 1));
      case "Div" -> value(node, 0).div(value(node, 1));
      case "Log" -> target.math().log(value(node, 0));
      case "Sqrt" -> target.math().sqrt(value(node, 0));
      case "Cos" -> target.math().cos(value(node, 0));
      case "Sigmoid" -> target.nn().sigmoid(value(node, 0));
      case "Softmax" -> target.nn().softmax(value(node, 0), -1);
      case "ReduceMean" -> value(node, 0).mean(true, (int) array(node, 1).getLong(0));
      case "Concat" -> target.concat(1, value(node, 0), value(node, 1));
      case "Clip" ->
          target
              .math()
              .clipByValue(
                  value(node, 0), array(node, 1).getDouble(0), array(node, 2).getDouble(0));
      case "Reshape" -> value(node, 0).reshape(shape(array(node, 1)));
      case "Transpose" -> value(node, 0).permute(ints(node, "perm"));
      case "MatMul" -> target.mmul(value(node, 0), value(node, 1));
      case "Pad" ->
          target
              .nn()
              .pad(
                  value(node, 0),
                  target.constant(array(node, 1).reshape(2, 4).transpose().dup('c')),
                  array(node, 2).getDouble(0));
      case "Gemm" -> gemm(node);
      case "Conv" -> convolution(node);
      case "AveragePool" -> target.cnn().avgPooling2d(value(node, 0), pooling());
      case "Resize" -> target.cnn().upsampling2d(value(node, 0), 2, 2, true);
      default -> throw new IllegalArgumentException("no translation of " + node.getOpType());
    };
  }

  private SDVariable gemm(NodeProto node) {
    INDArray weight = array(node, 1).transpose().dup('c');
    SDVariable product = target.mmul(value(node, 0), target.constant(node.getInput(1), weight));
    return node.getInputCount() > 2 ? product.add(value(node, 2)) : product;
  }

  private SDVariable convolution(NodeProto node) {
    int[] kernel = ints(node, "kernel_shape");
    Conv2DConfig config =
        Conv2DConfig.builder()
            .kH(kernel[0])
            .kW(kernel[1])
            .pH(kernel[0] / 2)
            .pW(kernel[1] / 2)
            .paddingMode(PaddingMode.VALID)
            .dataFormat(Conv2DConfig.NCHW)
            .build();
    boolean depthwise = attribute(node, "group").getI() > 1;
    INDArray weight = array(node, 1);
    // [out, in, k, k] → [k, k, in, out]; depthwise [channels, 1, k, k] → [k, k, channels, 1]
    INDArray turned =
        (depthwise ? weight.permute(2, 3, 0, 1) : weight.permute(2, 3, 1, 0)).dup('c');
    SDVariable window = target.constant(node.getInput(1), turned);
    return depthwise
        ? target.cnn().depthWiseConv2d(value(node, 0), window, config)
        : target.cnn().conv2d(value(node, 0), window, config);
  }

  private static Pooling2DConfig pooling() {
    return Pooling2DConfig.builder().kH(2).kW(2).sH(2).sW(2).isNHWC(false).build();
  }

  private void split(NodeProto node, List<String> outputs) {
    SDVariable[] parts = target.split(value(node, 0), outputs.size(), 1);
    for (int i = 0; i < parts.length; i++) {
      values.put(outputs.get(i), parts[i].rename(outputs.get(i)));
    }
  }

  private SDVariable value(NodeProto node, int input) {
    String name = node.getInput(input);
    return values.computeIfAbsent(name, key -> target.constant(key, array(node, input)));
  }

  private INDArray array(NodeProto node, int input) {
    return Objects.requireNonNull(constants.get(node.getInput(input)), node.getInput(input));
  }

  /** ONNX's 0, the input's own size, is the only free one here. */
  private static long[] shape(INDArray sizes) {
    long[] shape = sizes.toLongVector();
    for (int i = 0; i < shape.length; i++) {
      shape[i] = shape[i] == 0 ? -1 : shape[i];
    }
    return shape;
  }

  private static int[] ints(NodeProto node, String name) {
    return attribute(node, name).getIntsList().stream().mapToInt(Long::intValue).toArray();
  }

  private static AttributeProto attribute(NodeProto node, String name) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
