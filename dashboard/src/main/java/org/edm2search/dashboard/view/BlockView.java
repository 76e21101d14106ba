package org.edm2search.dashboard.view;

import org.edm2search.space.architecture.BlockSpec;
import org.edm2search.space.architecture.Resample;
import org.edm2search.space.architecture.Stage;
import org.edm2search.space.cost.ArchitectureDrawing;

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
        ArchitectureDrawing.branch(block.ops()),
        parameters,
        multiplyAdds);
  }
}
