package org.edm2search.eval.inception;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.edm2search.eval.inception.InceptionNetwork.Convolution;
import org.edm2search.eval.onnx.ImageGraphs;
import org.edm2search.eval.onnx.Resize;
import org.edm2search.model.checkpoint.ElementType;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.onnx.Attribute;
import org.edm2search.model.onnx.Dimension;
import org.edm2search.model.onnx.OnnxGraph;

/**
 * The network as an ONNX graph: bytes of any size in, {@value #OUTPUT} [N, 2048] out. Resizing is
 * part of it, as it is of the score.
 */
final class InceptionGraph implements InceptionNetwork.Walk<String> {

  static final String OUTPUT = "pool3";

  /** Of batch normalization. */
  private static final double EPSILON = 1e-3;

  private final OnnxGraph graph = new OnnxGraph("inception-2015-12-05");
  private final Map<String, Tensor> tensors;
  private int pools;

  private InceptionGraph(Map<String, Tensor> tensors) {
    this.tensors = tensors;
  }

  /** Returns the file's bytes, in a direct buffer. */
  static ByteBuffer of(Map<String, Tensor> tensors) {
    return new InceptionGraph(tensors).build();
  }

  private ByteBuffer build() {
    String resized = ImageGraphs.resized(graph, InceptionNetwork.SIZE, Resize.TF1_BILINEAR);
    // (u − 128)/128
    String centred =
        graph.node("centred", "Sub", List.of(resized, graph.constant("centre", scalar(128))));
    String images =
        graph.node("scaled", "Mul", List.of(centred, graph.constant("scale", scalar(1 / 128f))));
    String last = InceptionNetwork.walk(images, this);
    String pooled = graph.node("pooled", "GlobalAveragePool", List.of(last));
    graph.node(OUTPUT, "Flatten", List.of(pooled), Attribute.integer("axis", 1));
    graph.output(
        OUTPUT, ElementType.F32, Dimension.named("N"), Dimension.of(InceptionNetwork.FEATURES));
    return graph.toBytes();
  }

  private static Tensor scalar(float value) {
    return new Tensor(List.of(), new float[] {value});
  }

  private Tensor tensor(String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  /** Normalization is folded: w·γ/√(v + ε), β − µ·γ/√(v + ε). */
  @Override
  public String convolution(String name, String input, Convolution convolution) {
    Tensor weight = tensor(name + ".conv.weight");
    float[] gamma = tensor(name + ".bn.weight").values();
    float[] beta = tensor(name + ".bn.bias").values();
    float[] mean = tensor(name + ".bn.running_mean").values();
    float[] variance = tensor(name + ".bn.running_var").values();
    float[] folded = new float[weight.size()];
    float[] bias = new float[gamma.length];
    int fan = folded.length / gamma.length;
    for (int channel = 0; channel < gamma.length; channel++) {
      double scale = gamma[channel] / Math.sqrt(variance[channel] + EPSILON);
      bias[channel] = (float) (beta[channel] - mean[channel] * scale);
      for (int i = channel * fan; i < (channel + 1) * fan; i++) {
        folded[i] = (float) (weight.values()[i] * scale);
      }
    }
    int vertical = convolution.padded() ? convolution.height() / 2 : 0;
    int horizontal = convolution.padded() ? convolution.width() / 2 : 0;
    String convolved =
        graph.node(
            name + ".conv",
            "Conv",
            List.of(
                input,
                graph.constant(name + ".weight", new Tensor(weight.shape(), folded)),
                graph.constant(name + ".bias", Tensor.vector(bias))),
            Attribute.integers("kernel_shape", convolution.height(), convolution.width()),
            Attribute.integers("strides", convolution.stride(), convolution.stride()),
            Attribute.integers("pads", vertical, horizontal, vertical, horizontal));
    return graph.node(name, "Relu", List.of(convolved));
  }

  @Override
  public String maximum(String input, int stride, int padding) {
    return pool("MaxPool", input, stride, padding);
  }

  @Override
  public String mean(String input) {
    return pool("AveragePool", input, 1, 1, Attribute.integer("count_include_pad", 0));
  }

  private String pool(
      String operator, String input, int stride, int padding, Attribute... further) {
    Attribute[] attributes = new Attribute[3 + further.length];
    attributes[0] = Attribute.integers("kernel_shape", 3, 3);
    attributes[1] = Attribute.integers("strides", stride, stride);
    attributes[2] = Attribute.integers("pads", padding, padding, padding, padding);
    System.arraycopy(further, 0, attributes, 3, further.length);
    return graph.node("pool" + "_" + ++pools, operator, List.of(input), attributes);
  }

  @Override
  public String concatenation(List<String> inputs) {
    String first = inputs.get(0);
    return graph.node(first + "_and_more", "Concat", inputs, Attribute.integer("axis", 1));
  }
}
