package org.edm2search.model.ops;

import org.edm2search.model.graph.Graph;
import org.edm2search.model.graph.Node;
import org.edm2search.model.graph.Tape;

/** Cosine self-attention of EDM2's blocks, without the residual connection. */
public final class SelfAttention {

  private final Tape tape;
  private final Graph graph;
  private final MagnitudePreserving magnitudePreserving;
  private final MpConvolution convolution;

  public SelfAttention(Tape tape) {
    this.tape = tape;
    this.graph = tape.graph();
    this.magnitudePreserving = new MagnitudePreserving(tape);
    this.convolution = new MpConvolution(tape);
  }

  /**
   * Attends among the pixels of each image.
   *
   * @param x activation
   * @param qkv stored weight, [3·channels, channels]; a row is (head, channel of the head, q|k|v)
   * @param projection stored weight, [channels, channels]
   * @param heads attention heads
   * @param gain factor of the result
   */
  public FeatureMap attend(FeatureMap x, Node qkv, Node projection, int heads, double gain) {
    int channels = x.channels();
    int headChannels = channels / heads;
    Node weight = convolution.weight(qkv, 1);
    // [channels, 3, channels] → q, k and v apart
    Node byPart = graph.permute(graph.reshape(weight, channels, 3, channels), 1, 0, 2);
    Node[] weights = new Node[3];
    for (int part = 0; part < 3; part++) {
      weights[part] = graph.reshape(graph.slice(byPart, 0, part, 1), channels, channels);
    }
    tape.record(
        () -> {
          Node[] gradients = new Node[3];
          for (int part = 0; part < 3; part++) {
            gradients[part] = graph.reshape(tape.gradient(weights[part]), 1, channels, channels);
          }
          Node joined = graph.permute(graph.concat(0, gradients), 1, 0, 2);
          tape.accumulate(weight, graph.reshape(joined, 3L * channels, channels));
        });
    Node q = heads(x, convolution.product(x.node(), weights[0]), heads);
    Node k = heads(x, convolution.product(x.node(), weights[1]), heads);
    Node v = heads(x, convolution.product(x.node(), weights[2]), heads);
    Node attended = attention(q, k, v, 1 / Math.sqrt(headChannels));
    Node y = reshape(attended, x.node().shape());
    return x.with(convolution.linear(y, projection, gain));
  }

  /** Normalizes each head's channels: [N·L, heads·c] → [N, L, heads, c]. */
  private Node heads(FeatureMap x, Node rows, int heads) {
    long headChannels = rows.size(1) / heads;
    Node separate = reshape(rows, rows.size(0) * heads, headChannels);
    Node normalized = magnitudePreserving.normalizeRows(separate);
    return reshape(normalized, x.batch(), x.pixels(), heads, headChannels);
  }

  private Node reshape(Node x, long... shape) {
    Node y = graph.reshape(x, shape);
    if (y != x) {
      tape.record(() -> tape.accumulate(x, graph.reshape(tape.gradient(y), x.shape())));
    }
    return y;
  }

  /** softmax(q·kᵀ·scale)·v of each head, each [N, L, heads, c]. */
  private Node attention(Node q, Node k, Node v, double scale) {
    Node weights = graph.softmax(graph.headScores(q, k, scale));
    Node y = graph.headMixture(weights, false, v, 1);
    tape.record(
        () -> {
          Node gradient = tape.gradient(y);
          tape.accumulate(v, graph.headMixture(weights, true, gradient, 1));
          Node weightGradient = graph.headScores(gradient, v, 1);
          // Softmax: ds = p·(dp − Σ dp·p)
          long rows = weights.size(0) * weights.size(1);
          Node p = graph.reshape(weights, rows, weights.size(2));
          Node dp = graph.reshape(weightGradient, rows, weights.size(2));
          Node mean = graph.sumColumns(graph.multiply(dp, p), 1);
          Node logits = graph.reshape(graph.multiply(p, graph.subtract(dp, mean)), weights.shape());
          tape.accumulate(q, graph.headMixture(logits, false, k, scale));
          tape.accumulate(k, graph.headMixture(logits, true, q, scale));
        });
    return y;
  }
}
