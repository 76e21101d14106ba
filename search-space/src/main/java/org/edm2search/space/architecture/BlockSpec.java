package org.edm2search.space.architecture;

import java.util.List;
import java.util.Optional;

/**
 * One block of a laid-out network.
 *
 * @param name name of the block, such as {@code enc.16x16_block0}
 * @param stage half of the network
 * @param level 0 is the highest resolution
 * @param resolution width and height of the output, pixels
 * @param inputChannels channels of the incoming activation, before a skip is concatenated
 * @param skip name of the layer whose output is concatenated to the input, popped from the skip
 *     stack
 * @param skipChannels channels of that output, 0 without a skip
 * @param channels channels of the output
 * @param resample change of resolution at the start
 * @param heads attention heads, 0 without attention
 * @param ops operations of the residual branch
 */
public record BlockSpec(
    String name,
    Stage stage,
    int level,
    int resolution,
    int inputChannels,
    Optional<String> skip,
    int skipChannels,
    int channels,
    Resample resample,
    int heads,
    List<BranchOp> ops) {

  public BlockSpec {
    ops = List.copyOf(ops);
  }

  /** Returns the channels entering the block: the input with its concatenated skip. */
  public int concatenatedChannels() {
    return inputChannels + skipChannels;
  }

  /**
   * Returns the selectors that match this block, from the widest to its own name: {@code dec},
   * {@code dec.16x16}, {@code dec.16x16_block0}.
   */
  public List<String> selectors() {
    return List.of(stage.text(), BranchAssignment.levelSelector(stage, resolution), name);
  }

  /** Returns whether a 1×1 convolution adapts the main path to the block's channels. */
  public boolean hasSkipConvolution() {
    return concatenatedChannels() != channels;
  }

  /** Returns whether the block ends in self-attention. */
  public boolean hasAttention() {
    return heads > 0;
  }

  /** Returns the channels that the condition embedding multiplies. */
  public int modulatedChannels() {
    return ops.stream()
        .filter(BranchOp.Modulate.class::isInstance)
        .mapToInt(op -> ((BranchOp.Modulate) op).channels())
        .sum();
  }
}
