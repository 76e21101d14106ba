package org.edm2search.space.architecture;

import java.util.ArrayList;
import java.util.List;

/**
 * Expands the choices of a block into its branch's operations.
 *
 * <p>The separable branch reads, with bracketed parts optional:
 *
 * <pre>φ · [dw in ·] [φ ·] pw expand · [φ · dw mid ·] [×c ·] φ · pw project · [×c ·] [φ · dw out]
 * </pre>
 */
public final class BranchGrammar {

  private BranchGrammar() {}

  /**
   * Returns the operations of a branch, in execution order.
   *
   * @param branch the choices
   * @param stage the half of the network; CONFIG B narrows concatenated skips in the decoder only
   * @param inChannels channels entering the branch
   * @param outChannels channels leaving it
   */
  public static List<BranchOp> expand(
      BranchSpec branch, Stage stage, int inChannels, int outChannels) {
    Ops ops = new Ops();
    switch (branch.kind()) {
      case CONV -> {
        ops.activate(inChannels);
        ops.convolution("conv_res", inChannels, outChannels, 3);
        ops.modulate(outChannels);
        ops.activate(outChannels);
        ops.convolution("conv_res", outChannels, outChannels, 3);
      }
      case DWCONV -> {
        ops.activate(inChannels);
        ops.depthwise(inChannels, 3);
        if (stage == Stage.DECODER) {
          ops.convolution("pwconv_res", inChannels, outChannels, 1);
        }
        ops.modulate(outChannels);
        ops.activate(outChannels);
        ops.depthwise(outChannels, 3);
      }
      case SEPARABLE -> separable(ops, branch, inChannels, outChannels);
    }
    return List.copyOf(ops.list);
  }

  private static void separable(Ops ops, BranchSpec branch, int inChannels, int outChannels) {
    int wide = branch.wideChannels(outChannels);
    Integer in = branch.kernels().get(Placement.IN);
    Integer mid = branch.kernels().get(Placement.MID);
    Integer out = branch.kernels().get(Placement.OUT);

    ops.activate(inChannels);
    if (in != null) {
      ops.depthwise(inChannels, in);
      if (!branch.linearBottleneck()) {
        ops.activate(inChannels);
      }
    }
    ops.convolution("pwconv_res", inChannels, wide, 1);
    if (mid != null) {
      ops.activate(wide);
      ops.depthwise(wide, mid);
    }
    if (branch.embedding() == EmbeddingPosition.WIDE) {
      ops.modulate(wide);
    }
    ops.activate(wide);
    ops.convolution("pwconv_res", wide, outChannels, 1);
    if (branch.embedding() == EmbeddingPosition.NARROW) {
      ops.modulate(outChannels);
    }
    if (out != null) {
      ops.activate(outChannels);
      ops.depthwise(outChannels, out);
    }
  }

  /** The operations so far; numbers convolutions of one kind in order. */
  private static final class Ops {
    private final List<BranchOp> list = new ArrayList<>();
    private int convolutions;
    private int depthwise;

    void activate(int channels) {
      list.add(new BranchOp.Activate(channels));
    }

    void convolution(String kind, int inChannels, int outChannels, int kernel) {
      list.add(new BranchOp.Convolution(kind + convolutions++, inChannels, outChannels, kernel));
    }

    void depthwise(int channels, int kernel) {
      list.add(new BranchOp.Depthwise("dwconv_res" + depthwise++, channels, kernel));
    }

    void modulate(int channels) {
      list.add(new BranchOp.Modulate(channels));
    }
  }
}
