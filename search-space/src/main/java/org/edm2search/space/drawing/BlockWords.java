package org.edm2search.space.drawing;

import org.edm2search.space.architecture.BlockSpec;
import org.edm2search.space.architecture.BranchOp;
import org.edm2search.space.architecture.Resample;
import org.edm2search.space.cost.ArchitectureDrawing;

/** What a drawing says of blocks and their operations. */
final class BlockWords {

  private BlockWords() {}

  /** Returns a block in words, for those who hover or listen. */
  static String description(BlockSpec block) {
    return "%s: %d to %d channels%s%s; branch %s"
        .formatted(
            block.name(),
            block.concatenatedChannels(),
            block.channels(),
            block.skip().map(skip -> ", skip from " + skip.layer()).orElse(""),
            block.hasAttention()
                ? ", attention with %d head%s"
                    .formatted(block.heads(), block.heads() == 1 ? "" : "s")
                : "",
            ArchitectureDrawing.branch(block.ops()));
  }

  /** Returns a block's short name. */
  static String caption(BlockSpec block) {
    String name = block.name().substring(block.name().indexOf('_') + 1);
    return block.resample() == Resample.DOWN
        ? "↓ " + name
        : block.resample() == Resample.UP ? "↑ " + name : name;
  }

  /** Returns the style class of an operation. */
  static String style(BranchOp op) {
    return op.accept(STYLE);
  }

  private static final BranchOp.Visitor<String> STYLE =
      new BranchOp.Visitor<>() {
        @Override
        public String activate(BranchOp.Activate op) {
          return "activate";
        }

        @Override
        public String convolution(BranchOp.Convolution op) {
          return op.kernel() == 1 ? "pointwise" : "conv";
        }

        @Override
        public String depthwise(BranchOp.Depthwise op) {
          return "depthwise";
        }

        @Override
        public String modulate(BranchOp.Modulate op) {
          return "modulate";
        }
      };

  /** An activation is too narrow for a label. */
  static String label(BranchOp op) {
    return op instanceof BranchOp.Activate ? "" : ArchitectureDrawing.symbol(op);
  }
}
