package org.edm2search.dashboard.view;

import java.util.stream.Collectors;
import org.edm2search.space.architecture.BlockSpec;
import org.edm2search.space.architecture.BranchOp;
import org.edm2search.space.architecture.Resample;
import org.edm2search.space.architecture.Stage;

/**
 * One block of a network, as a table row.
 *
 * @param name stable name, such as {@code enc.16x16_block0}
 * @param stage {@code encoder} or {@code decoder}
 * @param resolution width and height of the output, pixels
 * @param inputChannels channels entering, with a concatenated skip
 * @param channels channels leaving
 * @param resample {@code down}, {@code up} or empty
 * @param heads attention heads, 0 without attention
 * @param branch the residual branch in the paper's notation
 * @param parameters trained parameters of the block
 * @param multiplyAdds multiply-adds of the block per image and network evaluation
 */
public record BlockView(
    String name,
    String stage,
    int resolution,
    int inputChannels,
    int channels,
    String resample,
    int heads,
    String branch,
    long parameters,
    long multiplyAdds) {

  /** Shows one block with its price. */
  public static BlockView of(BlockSpec block, long parameters, long multiplyAdds) {
    return new BlockView(
        block.name(),
        block.stage() == Stage.ENCODER ? "encoder" : "decoder",
        block.resolution(),
        block.concatenatedChannels(),
        block.channels(),
        block.resample() == Resample.KEEP ? "" : block.resample() == Resample.UP ? "up" : "down",
        block.heads(),
        notation(block),
        parameters,
        multiplyAdds);
  }

  /** Returns the residual branch in the paper's notation. */
  public static String notation(BlockSpec block) {
    return block.ops().stream().map(op -> op.accept(NOTATION)).collect(Collectors.joining(" · "));
  }

  /** Returns the block in words, for those who hover or listen. */
  static String describe(BlockSpec block) {
    return "%s: %d to %d channels%s%s; branch %s"
        .formatted(
            block.name(),
            block.concatenatedChannels(),
            block.channels(),
            block.skip().map(skip -> ", skip from " + skip).orElse(""),
            block.hasAttention()
                ? ", attention with %d head%s"
                    .formatted(block.heads(), block.heads() == 1 ? "" : "s")
                : "",
            notation(block));
  }

  private static final BranchOp.Visitor<String> NOTATION =
      new BranchOp.Visitor<>() {
        @Override
        public String activate(BranchOp.Activate op) {
          return "φ";
        }

        @Override
        public String convolution(BranchOp.Convolution op) {
          return (op.kernel() == 1 ? "pw" : "conv" + op.kernel()) + "→" + op.outChannels();
        }

        @Override
        public String depthwise(BranchOp.Depthwise op) {
          return "dw" + op.kernel();
        }

        @Override
        public String modulate(BranchOp.Modulate op) {
          return "×c";
        }
      };
}
