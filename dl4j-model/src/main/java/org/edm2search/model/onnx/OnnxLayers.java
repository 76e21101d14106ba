package org.edm2search.model.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import onnx.Onnx.TensorProto;
import org.edm2search.model.checkpoint.ElementType;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.ops.MagnitudePreserving;
import org.edm2search.space.architecture.BlockSpec;
import org.edm2search.space.architecture.Resample;

/** Magnitude-preserving layers as ONNX operators on NCHW activations, named by their layer. */
final class OnnxLayers {

  private static final float[] UP_SCALES = {1, 1, 2, 2};

  private final OnnxGraph graph;
  private final Map<String, Tensor> tensors;
  private final Map<Double, String> scalars = new HashMap<>();

  /**
   * Emits into a graph.
   *
   * @param tensors of the network by stable name
   */
  OnnxLayers(OnnxGraph graph, Map<String, Tensor> tensors) {
    this.graph = graph;
    this.tensors = tensors;
  }

  OnnxGraph graph() {
    return graph;
  }

  /** Returns the stable name of a layer's weight. */
  static String weight(String layer) {
    return "unet." + layer + ".weight";
  }

  Tensor tensor(String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  /** Returns a learned scalar. */
  double gain(String name) {
    return tensor(name).values()[0];
  }

  /** Returns a float32 constant of no dimensions. */
  String scalar(double value) {
    return scalars.computeIfAbsent(
        value,
        v -> graph.constant("scalar_" + v, new Tensor(List.of(), new float[] {(float) value})));
  }

  String scale(String name, String x, double factor) {
    return graph.node(name, "Mul", List.of(x, scalar(factor)));
  }

  String reshape(String name, String x, long... shape) {
    Tensor sizes = Tensor.ofLongs(List.of(shape.length), shape);
    return graph.node(name, "Reshape", List.of(x, graph.constant(name + "_shape", sizes)));
  }

  /**
   * Adds a stored weight times gain / (√n·(ε + ‖w‖/√n)) for each of its rows w of n values (EDM2,
   * equation 47). In half precision it is stored as it is, and the factors beside it, float32.
   */
  String normalized(String name, double gain) {
    return normalized(name, tensor(name), gain);
  }

  /** Adds a weight that was stored otherwise in the same way. */
  String normalized(String name, Tensor weight, double gain) {
    if (weight.type() != ElementType.F16) {
      return graph.constant(
          name, ElementType.F32, weight.shape(), () -> scaled(weight, factors(weight, gain)));
    }
    Attribute single = Attribute.integer("to", TensorProto.DataType.FLOAT_VALUE);
    String half = graph.constant(name + ".half", weight);
    double[] factors = factors(weight, gain);
    float[] column = new float[factors.length];
    for (int row = 0; row < column.length; row++) {
      column[row] = (float) factors[row];
    }
    List<Integer> shape = new ArrayList<>(Collections.nCopies(weight.shape().size(), 1));
    shape.set(0, column.length);
    return graph.node(
        name,
        "Mul",
        List.of(
            graph.node(name + ".single", "Cast", List.of(half), single),
            graph.constant(name + ".factors", new Tensor(shape, column))));
  }

  private static double[] factors(Tensor weight, double gain) {
    float[] values = weight.values();
    double[] factors = new double[weight.shape().get(0)];
    int fanIn = values.length / factors.length;
    for (int row = 0; row < factors.length; row++) {
      double square = 0;
      for (int i = row * fanIn; i < (row + 1) * fanIn; i++) {
        square += (double) values[i] * values[i];
      }
      factors[row] = gain / (MagnitudePreserving.EPSILON * Math.sqrt(fanIn) + Math.sqrt(square));
    }
    return factors;
  }

  private static Tensor scaled(Tensor weight, double[] factors) {
    float[] values = weight.values().clone();
    int fanIn = values.length / factors.length;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * factors[i / fanIn]);
    }
    return new Tensor(weight.shape(), values);
  }

  /** Applies a linear layer to rows: x·wᵀ, [N, out]. */
  String linear(String name, String x, String weight, double gain) {
    return graph.node(
        name, "Gemm", List.of(x, normalized(weight, gain)), Attribute.integer("transB", 1));
  }

  /**
   * Applies a convolution of odd kernel size, with same padding.
   *
   * @param groups 1, or the channels for a depthwise convolution
   */
  String convolution(String name, String x, String weight, int groups, double gain) {
    return convolution(name, x, normalized(weight, gain), tensor(weight), groups);
  }

  private String convolution(String name, String x, String constant, Tensor like, int groups) {
    long kernel = like.shape().get(2);
    long pad = kernel / 2;
    return graph.node(
        name,
        "Conv",
        List.of(x, constant),
        Attribute.integer("group", groups),
        Attribute.integers("kernel_shape", kernel, kernel),
        Attribute.integers("pads", pad, pad, pad, pad));
  }

  /** Applies a 1×1 convolution by a weight that was stored otherwise. */
  String pointwise(String name, String x, String weight, Tensor stored) {
    return convolution(name, x, normalized(weight, stored, 1), stored, 1);
  }

  /** x·sigmoid(x); the factor of MP-SiLU is left to the layer that follows. */
  String silu(String name, String x) {
    return graph.node(
        name, "Mul", List.of(x, graph.node(name + "_sigmoid", "Sigmoid", List.of(x))));
  }

  /** cos(f·c_noise + p), [N, features]; the factor √2 is left to the layer that follows. */
  String fourier(String name, String noise) {
    Tensor frequencies = tensor(name + ".freqs");
    List<Integer> row = List.of(1, frequencies.size());
    String freqs = graph.constant(name + ".freqs", new Tensor(row, frequencies.values()));
    String phases =
        graph.constant(name + ".phases", new Tensor(row, tensor(name + ".phases").values()));
    String angle =
        graph.node(
            name + ".angle",
            "Add",
            List.of(graph.node(name + ".turns", "Mul", List.of(noise, freqs)), phases));
    return graph.node(name, "Cos", List.of(angle));
  }

  /** Normalizes along an axis to unit mean square: x / (ε + ‖x‖/√n). */
  String normalize(String name, String x, int axis) {
    String square = graph.node(name + "_square", "Mul", List.of(x, x));
    String axes = graph.constant(name + "_axis", Tensor.ofLongs(List.of(1), axis));
    String mean =
        graph.node(
            name + "_mean", "ReduceMean", List.of(square, axes), Attribute.integer("keepdims", 1));
    String norm =
        graph.node(
            name + "_norm",
            "Add",
            List.of(
                graph.node(name + "_root", "Sqrt", List.of(mean)),
                scalar(MagnitudePreserving.EPSILON)));
    return graph.node(name, "Div", List.of(x, norm));
  }

  /** Concatenates a block's skip behind its input, each part weighed (EDM2, equation 103). */
  String cat(String name, String x, int channels, String skip, BlockSpec block) {
    float[] weights = new float[block.concatenatedChannels()];
    double scale = Math.sqrt(weights.length / 0.5) * 0.5;
    Arrays.fill(weights, 0, channels, (float) (scale / Math.sqrt(channels)));
    Arrays.fill(
        weights, channels, weights.length, (float) (scale / Math.sqrt(block.skipChannels())));
    String both =
        graph.node(name + "/joined", "Concat", List.of(x, skip), Attribute.integer("axis", 1));
    Tensor weight = new Tensor(List.of(1, weights.length, 1, 1), weights);
    return graph.node(
        name + "/cat", "Mul", List.of(both, graph.constant(name + "/cat_weights", weight)));
  }

  /** Halves by the mean of 2×2 pixels, or doubles by repeating pixels. */
  String resample(String name, String x, Resample resample) {
    return switch (resample) {
      case KEEP -> x;
      case DOWN ->
          graph.node(
              name + "/down",
              "AveragePool",
              List.of(x),
              Attribute.integers("kernel_shape", 2, 2),
              Attribute.integers("strides", 2, 2));
      case UP -> {
        String scales = graph.constant(name + "/scales", new Tensor(List.of(4), UP_SCALES));
        yield graph.node(
            name + "/up",
            "Resize",
            List.of(x, "", scales),
            Attribute.text("mode", "nearest"),
            Attribute.text("coordinate_transformation_mode", "asymmetric"),
            Attribute.text("nearest_mode", "floor"));
      }
    };
  }

  String clip(String name, String x) {
    return graph.node(
        name,
        "Clip",
        List.of(x, scalar(-MagnitudePreserving.CLIP), scalar(MagnitudePreserving.CLIP)));
  }
}
