package org.edm2search.model.ops;

import org.edm2search.model.graph.Graph;
import org.edm2search.model.graph.Node;
import org.edm2search.model.graph.Tape;

/** Magnitude-preserving activations, sums and normalizations (EDM2, section 2 and appendix B). */
public final class MagnitudePreserving {

  /** Keeps normalizations finite (EDM2, equation 66). */
  public static final double EPSILON = 1e-4;

  /** What MP-SiLU divides SiLU by, to keep unit variance (EDM2, equation 81). */
  public static final double SILU_GAIN = 1 / 0.596;

  /** Activations stay within ± this at the end of a block. */
  public static final double CLIP = 256;

  private final Tape tape;
  private final Graph graph;

  public MagnitudePreserving(Tape tape) {
    this.tape = tape;
    this.graph = tape.graph();
  }

  /**
   * Applies SiLU, x·sigmoid(x), of any shape. The factor {@link #SILU_GAIN} is left to the weight
   * of the linear layer that follows: one pass over the activation less.
   */
  public Node silu(Node x) {
    Node half = graph.scale(x, 0.5);
    Node onePlus = onePlusTanh(half);
    Node y = graph.multiply(half, onePlus);
    tape.record(() -> tape.accumulate(x, graph.scale(siluGradient(x, onePlus, y), 0.5)));
    return y;
  }

  /**
   * Applies {@link #silu} to x, given x/2. Where x comes from a linear layer, half its weight gives
   * the half, to the last bit, and saves another pass.
   */
  public Node siluOfHalf(Node half) {
    Node onePlus = onePlusTanh(half);
    Node y = graph.multiply(half, onePlus);
    tape.record(() -> tape.accumulate(half, siluGradient(graph.scale(half, 2), onePlus, y)));
    return y;
  }

  /** 1 + tanh(x/2), which is twice the sigmoid of x. */
  private Node onePlusTanh(Node half) {
    return graph.shift(graph.tanh(half), 1);
  }

  /** The gradient by x/2. With s the sigmoid, d/dx x·s = s·(1 + x·(1 − s)) = s·(1 + x − y). */
  private Node siluGradient(Node x, Node onePlus, Node y) {
    Node slope = graph.multiply(graph.shift(graph.subtract(x, y), 1), onePlus);
    return graph.multiply(slope, tape.gradient(y));
  }

  /**
   * Returns (1−t)·a + t·b over its expected magnitude √((1−t)² + t²), where b has been multiplied
   * by {@link #sumWeight}(t) already (EDM2, equation 88).
   */
  public Node sum(Node a, Node weightedB, double t) {
    double weight = mainWeight(t);
    Node y = graph.add(graph.scale(a, weight), weightedB);
    tape.record(
        () -> {
          Node gradient = tape.gradient(y);
          tape.accumulate(a, graph.scale(gradient, weight));
          tape.accumulate(weightedB, gradient);
        });
    return y;
  }

  /** Returns what the first operand of an MP-sum is multiplied by. */
  public static double mainWeight(double t) {
    return (1 - t) / Math.hypot(1 - t, t);
  }

  /** Returns what the second operand of an MP-sum is multiplied by. */
  public static double sumWeight(double t) {
    return t / Math.hypot(1 - t, t);
  }

  /**
   * Concatenates channels so that both parts contribute equally (EDM2, equation 103 with t = 0.5).
   */
  public FeatureMap cat(FeatureMap a, FeatureMap b) {
    int channels = a.channels() + b.channels();
    double weightOfA = catWeight(a.channels(), channels);
    double weightOfB = catWeight(b.channels(), channels);
    Node y = graph.concat(1, graph.scale(a.node(), weightOfA), graph.scale(b.node(), weightOfB));
    tape.record(
        () -> {
          Node gradient = tape.gradient(y);
          // Rank 3: ND4J copies a slice of a matrix ten times slower.
          Node rows = graph.reshape(gradient, (long) a.batch() * a.size(), a.size(), channels);
          Node ofA = matrix(graph.slice(rows, 2, 0, a.channels()), a.channels());
          Node ofB = matrix(graph.slice(rows, 2, a.channels(), b.channels()), b.channels());
          tape.accumulate(a.node(), graph.scale(ofA, weightOfA));
          tape.accumulate(b.node(), graph.scale(ofB, weightOfB));
        });
    return a.with(y);
  }

  /** As a float32: parts of equal width have exactly 1. */
  private static double catWeight(int part, int all) {
    return (float) (Math.sqrt(all / 0.5) / Math.sqrt(part) * 0.5);
  }

  private Node matrix(Node x, int columns) {
    return graph.reshape(x, x.length() / columns, columns);
  }

  /** Normalizes each row of [rows, n] to unit mean square: x / (ε + ‖x‖/√n). */
  public Node normalizeRows(Node x) {
    double factor = 1.0 / x.size(1);
    Node magnitude = graph.sqrt(graph.sumColumns(graph.multiply(x, x), factor));
    Node norm = graph.shift(magnitude, EPSILON);
    Node y = graph.divide(x, norm);
    tape.record(
        () -> {
          // With m = ‖x‖/√n: dx = g/(ε + m) − y · (Σ g·y) / (n·m)
          Node gradient = tape.gradient(y);
          Node along =
              graph.divide(graph.sumColumns(graph.multiply(gradient, y), factor), magnitude);
          tape.accumulate(
              x, graph.subtract(graph.divide(gradient, norm), graph.multiply(y, along)));
        });
    return y;
  }

  /** Clips to ±256. */
  public Node clip(Node x) {
    Node y = graph.minimum(graph.maximum(x, graph.scalar(-CLIP)), graph.scalar(CLIP));
    tape.record(
        () -> {
          // 256² − y² is zero exactly where y was clipped; its inflated copy is a mask.
          Node room = graph.shift(graph.scale(graph.multiply(y, y), -1), CLIP * CLIP);
          Node mask = graph.minimum(graph.scale(room, 1e30), graph.scalar(1));
          tape.accumulate(x, graph.multiply(tape.gradient(y), mask));
        });
    return y;
  }

  /**
   * Multiplies each channel of an image by 1 + e·gain.
   *
   * @param x activation
   * @param embedding e, [batch, channels]
   * @param gain learned scalar, [1, 1]
   */
  public FeatureMap modulate(FeatureMap x, Node embedding, Node gain) {
    int batch = x.batch();
    int channels = x.channels();
    Node scale = graph.shift(graph.multiply(embedding, gain), 1);
    Node images = graph.reshape(x.node(), batch, x.pixels(), channels);
    Node product = graph.multiply(images, graph.reshape(scale, batch, 1, channels));
    Node y = matrix(product, channels);
    tape.record(
        () -> {
          Node gradient = tape.gradient(y);
          Node spread = graph.reshape(gradient, batch, x.pixels(), channels);
          tape.accumulate(
              x.node(),
              matrix(graph.multiply(spread, graph.reshape(scale, batch, 1, channels)), channels));
          // The sum over an image's pixels as a mean over one window: oneDNN pools fast.
          Node product4 =
              graph.reshape(
                  graph.multiply(gradient, x.node()), batch, x.size(), x.size(), channels);
          Node scaleGradient =
              graph.scale(
                  graph.reshape(graph.averagePool(product4, x.size(), x.size()), batch, channels),
                  x.pixels());
          tape.accumulate(embedding, graph.multiply(scaleGradient, gain));
          tape.accumulate(gain, graph.sumAll(graph.multiply(scaleGradient, embedding)));
        });
    return x.with(y);
  }

  /** Multiplies [rows, n] by a learned scalar, [1, 1]. */
  public Node gain(Node x, Node gain) {
    Node y = graph.multiply(x, gain);
    tape.record(
        () -> {
          Node gradient = tape.gradient(y);
          tape.accumulate(x, graph.multiply(gradient, gain));
          tape.accumulate(gain, graph.sumAll(graph.multiply(gradient, x)));
        });
    return y;
  }
}
