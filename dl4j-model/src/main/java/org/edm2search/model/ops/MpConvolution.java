package org.edm2search.model.ops;

import java.util.List;
import org.edm2search.model.device.Device;
import org.edm2search.model.graph.Graph;
import org.edm2search.model.graph.Node;
import org.edm2search.model.graph.Tape;

/**
 * Magnitude-preserving convolutions and linear layers (EDM2, equation 47): y = conv(x, w'), w' =
 * normalize(w)·gain/√fan_in, no bias. Weights are [out, fan-in] matrices, rows being the stored
 * tensor's, and every constant factor of a neighbouring operation is folded into the gain.
 */
public final class MpConvolution {

  private final Tape tape;
  private final Graph graph;

  public MpConvolution(Tape tape) {
    this.tape = tape;
    this.graph = tape.graph();
  }

  /** Returns w·gain / (√n·(ε + ‖w‖/√n)) for each row of a weight, [out, n]. */
  public Node weight(Node stored, double gain) {
    double fanIn = stored.size(1);
    // gain/√n over (ε + ‖w‖/√n) is one over (‖w‖·slope + offset).
    double slope = 1 / gain;
    double offset = MagnitudePreserving.EPSILON * Math.sqrt(fanIn) / gain;
    Node norm = graph.norm2Columns(stored);
    Node divisor = graph.shift(graph.scale(norm, slope), offset);
    Node scaled = graph.divide(stored, divisor);
    tape.record(
        () -> {
          // With v = w/(a‖w‖ + b): dw = g/(a‖w‖ + b) − v · (Σ g·v) · a/‖w‖
          Node gradient = tape.gradient(scaled);
          Node along =
              graph.scale(
                  graph.divide(graph.sumColumns(graph.multiply(gradient, scaled), 1), norm), slope);
          tape.accumulate(
              stored,
              graph.subtract(graph.divide(gradient, divisor), graph.multiply(scaled, along)));
        });
    return scaled;
  }

  /** Applies a linear layer or pointwise convolution to the rows of x: x·wᵀ, [rows, out]. */
  public Node linear(Node x, Node stored, double gain) {
    return product(x, weight(stored, gain));
  }

  /** Returns x·wᵀ for a weight that is normalized already. */
  Node product(Node x, Node weight) {
    Node y = graph.matmul(x, false, weight, true, 1);
    tape.record(
        () -> {
          Node gradient = tape.gradient(y);
          tape.accumulate(x, graph.matmul(gradient, false, weight, false, 1));
          tape.accumulate(weight, graph.matmul(gradient, true, x, false, 1));
        });
    return y;
  }

  /** Applies a pointwise convolution. */
  public FeatureMap pointwise(FeatureMap x, Node stored, double gain) {
    return x.with(linear(x.node(), stored, gain));
  }

  /** Applies a dense k×k convolution, its stored weight being [out, in·k·k]. */
  public FeatureMap dense(FeatureMap x, Node stored, int kernel, double gain) {
    if (kernel == 1) {
      return pointwise(x, stored, gain);
    }
    long in = x.channels();
    long out = stored.size(0);
    Node weight = weight(stored, gain);
    Node window = graph.permute(graph.reshape(weight, out, in, kernel, kernel), 2, 3, 1, 0);
    Node images = images(x);
    Node y = matrix(graph.convolution(images, window), out);
    tape.record(
        () -> {
          Node gradient = graph.reshape(tape.gradient(y), x.batch(), x.size(), x.size(), out);
          List<Node> gradients = graph.convolutionGradients(images, window, gradient);
          tape.accumulate(x.node(), matrix(gradients.get(0), in));
          tape.accumulate(
              weight,
              graph.reshape(
                  graph.permute(gradients.get(1), 3, 2, 0, 1), out, in * kernel * kernel));
        });
    return x.with(y);
  }

  /** Applies a depthwise k×k convolution, its stored weight being [channels, k·k]. */
  public FeatureMap depthwise(FeatureMap x, Node stored, int kernel, double gain) {
    long channels = x.channels();
    long taps = (long) kernel * kernel;
    Node weight = weight(stored, gain);
    Node window = window(weight, kernel);
    Node images = images(x);
    Node y = matrix(graph.depthwise(images, window), channels);
    tape.record(
        () -> {
          Node gradient = graph.reshape(tape.gradient(y), x.batch(), x.size(), x.size(), channels);
          if (nativeGradientIsSlow(x, kernel)) {
            // The transpose of a convolution is the convolution with the kernel turned around.
            Node turned = window(graph.reverseColumns(weight), kernel);
            tape.accumulate(x.node(), matrix(graph.depthwise(gradient, turned), channels));
            Node byImage = graph.depthwiseWeightGradients(images, gradient, kernel);
            tape.accumulate(
                weight, transposed(graph.sumRows(matrix(byImage, taps * channels)), taps));
          } else {
            List<Node> gradients = graph.depthwiseGradients(images, window, gradient);
            tape.accumulate(x.node(), matrix(gradients.get(0), channels));
            tape.accumulate(weight, transposed(gradients.get(1), taps));
          }
        });
    return x.with(y);
  }

  /** Measured on CPUs: below this, calls for single images cost more than they save. */
  private boolean nativeGradientIsSlow(FeatureMap x, int kernel) {
    return !graph.device().has(Device.Trait.DEPTHWISE_GRADIENT_IN_ONE)
        && (kernel > 3 || x.size() >= 16 && x.channels() >= 32);
  }

  /** [channels, k·k] → [k, k, channels, 1] */
  private Node window(Node weight, int kernel) {
    return graph.reshape(graph.permute(weight, 1, 0), kernel, kernel, weight.size(0), 1);
  }

  /** [k·k·channels] in any shape → [channels, k·k] */
  private Node transposed(Node window, long taps) {
    return graph.permute(graph.reshape(window, taps, window.length() / taps), 1, 0);
  }

  private Node images(FeatureMap x) {
    return graph.reshape(x.node(), x.batch(), x.size(), x.size(), x.channels());
  }

  private Node matrix(Node x, long columns) {
    return graph.reshape(x, x.length() / columns, columns);
  }
}
