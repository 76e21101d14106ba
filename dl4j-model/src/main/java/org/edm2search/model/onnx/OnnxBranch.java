package org.edm2search.model.onnx;

import java.util.Arrays;
import java.util.List;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.ops.MagnitudePreserving;
import org.edm2search.space.architecture.BlockSpec;
import org.edm2search.space.architecture.BranchOp;

/** Emits the operations of a residual branch; constant factors wait for the next convolution. */
final class OnnxBranch implements BranchOp.Visitor<String> {

  private final OnnxLayers layers;
  private final BlockSpec block;
  private final String embedding;
  private final BranchOp last;
  private final double lastGain;
  private String x;
  private double pendingGain = 1;
  private int activations;

  private OnnxBranch(
      OnnxLayers layers, BlockSpec block, String x, String embedding, double lastGain) {
    this.layers = layers;
    this.block = block;
    this.x = x;
    this.embedding = embedding;
    this.lastGain = lastGain;
    last =
        block.ops().stream()
            .filter(op -> !(op instanceof BranchOp.Activate || op instanceof BranchOp.Modulate))
            .reduce((first, second) -> second)
            .orElseThrow();
  }

  /**
   * Emits a block's branch.
   *
   * @param embedding condition but for the factor of its MP-SiLU, [N, channels]
   * @param gain factor of the result
   */
  static String emit(OnnxLayers layers, BlockSpec block, String x, String embedding, double gain) {
    OnnxBranch branch = new OnnxBranch(layers, block, x, embedding, gain);
    for (BranchOp op : block.ops()) {
      branch.x = op.accept(branch);
    }
    return branch.x;
  }

  @Override
  public String activate(BranchOp.Activate op) {
    pendingGain *= MagnitudePreserving.SILU_GAIN;
    return layers.silu("%s/silu%d".formatted(block.name(), activations++), x);
  }

  @Override
  public String convolution(BranchOp.Convolution op) {
    return convolution(op, op.name(), 1);
  }

  @Override
  public String depthwise(BranchOp.Depthwise op) {
    return convolution(op, op.name(), op.channels());
  }

  private String convolution(BranchOp op, String name, int groups) {
    double gain = op == last ? pendingGain * lastGain : pendingGain;
    pendingGain = 1;
    String weight = OnnxLayers.weight(block.name() + "." + name);
    return layers.convolution(block.name() + "/" + name, x, weight, groups, gain);
  }

  /** Multiplies by 1 + MP-linear(embedding)·emb_gain; the 1 is the linear layer's bias. */
  @Override
  public String modulate(BranchOp.Modulate op) {
    String name = block.name();
    String weight = OnnxLayers.weight(name + ".emb_linear");
    double gain = MagnitudePreserving.SILU_GAIN * layers.gain("unet." + name + ".emb_gain");
    float[] ones = new float[op.channels()];
    Arrays.fill(ones, 1);
    String scale =
        layers
            .graph()
            .node(
                name + "/emb_linear",
                "Gemm",
                List.of(
                    embedding,
                    layers.normalized(weight, gain),
                    layers
                        .graph()
                        .constant(name + "/ones", new Tensor(List.of(ones.length), ones))),
                Attribute.integer("transB", 1));
    String images = layers.reshape(name + "/emb_scale", scale, -1, op.channels(), 1, 1);
    return layers.graph().node(name + "/modulate", "Mul", List.of(x, images));
  }
}
