package org.edm2search.dashboard.view;

import org.edm2search.space.architecture.BlockSpec;
import org.edm2search.space.architecture.Resample;
import org.edm2search.space.cost.ArchitectureDrawing;
import org.edm2search.space.cost.Cost;

/**
 * One block of a network, as a table row.
 *
 * @param block the block
 * @param cost its parameters, and its multiply-adds per image and network evaluation
 */
public record BlockView(BlockSpec block, Cost cost) {

  /** Returns the sign of its change of resolution, or nothing. */
  public String resample() {
    return block.resample() == Resample.KEEP ? "" : block.resample() == Resample.UP ? "↑" : "↓";
  }

  /** Returns its residual branch in the paper's notation. */
  public String branch() {
    return ArchitectureDrawing.branch(block.ops());
  }
}
