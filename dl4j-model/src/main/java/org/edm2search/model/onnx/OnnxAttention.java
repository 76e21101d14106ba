package org.edm2search.model.onnx;

import java.util.List;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.space.architecture.BlockSpec;

/** Cosine self-attention of EDM2's blocks, without the residual connection. */
final class OnnxAttention {

  private static final int PARTS = 3;

  private OnnxAttention() {}

  /**
   * Emits a block's attention among the pixels of each image.
   *
   * @param gain factor of the result
   */
  static String emit(OnnxLayers layers, BlockSpec block, String x, double gain) {
    OnnxGraph graph = layers.graph();
    String name = block.name() + "/attn";
    int channels = block.channels();
    int heads = block.heads();
    int headChannels = channels / heads;
    int pixels = block.resolution() * block.resolution();

    String qkvWeight = OnnxLayers.weight(block.name() + ".attn_qkv");
    Tensor byPart = byPart(layers.tensor(qkvWeight), channels);
    String qkv = layers.pointwise(name + "_qkv", x, qkvWeight, byPart);
    // [N, 3·C, H, W] → [N, 3·heads, c, H·W], each head's channels of unit magnitude
    String separate =
        layers.reshape(name + "_heads", qkv, 0, (long) PARTS * heads, headChannels, pixels);
    String normalized = layers.normalize(name + "_normalized", separate, 2);
    List<String> parts = List.of(name + "_q", name + "_k", name + "_v");
    String sizes =
        graph.constant(name + "_parts", Tensor.ofLongs(List.of(PARTS), heads, heads, heads));
    graph.nodes(parts, "Split", List.of(normalized, sizes), Attribute.integer("axis", 1));

    String q = layers.scale(name + "_q_scaled", parts.get(0), 1 / Math.sqrt(headChannels));
    String logits = graph.node(name + "_logits", "MatMul", List.of(turned(graph, q), parts.get(1)));
    String weights =
        graph.node(name + "_weights", "Softmax", List.of(logits), Attribute.integer("axis", -1));
    String attended =
        graph.node(name + "_attended", "MatMul", List.of(weights, turned(graph, parts.get(2))));
    String images =
        layers.reshape(
            name + "_images",
            turned(graph, attended),
            0,
            channels,
            block.resolution(),
            block.resolution());
    return layers.convolution(
        name + "_proj", images, OnnxLayers.weight(block.name() + ".attn_proj"), 1, gain);
  }

  private static String turned(OnnxGraph graph, String x) {
    return graph.node(
        x + "_turned", "Transpose", List.of(x), Attribute.integers("perm", 0, 1, 3, 2));
  }

  /** Rows (head, channel of the head, q|k|v) → (q|k|v, head, channel of the head). */
  private static Tensor byPart(Tensor weight, int channels) {
    int[] rows = new int[PARTS * channels];
    for (int row = 0; row < rows.length; row++) {
      rows[row % PARTS * channels + row / PARTS] = row;
    }
    return weight.withRows(rows);
  }
}
