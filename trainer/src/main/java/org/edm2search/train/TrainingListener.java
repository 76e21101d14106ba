package org.edm2search.train;

import org.edm2search.space.LossPoint;

/** Watches a training run; called on the training thread. */
public interface TrainingListener {

  /** Called after every step. */
  default void stepped(TrainingProgress progress) {}

  /**
   * Called when a point of the loss curve is complete; first for every point of the checkpoint that
   * a run goes on from, so that a curve kept elsewhere has no gap.
   */
  default void measured(LossPoint point) {}

  /** Called when training goes on, but not as it should. */
  default void warned(String message) {}

  /** Asked after every step; true writes a checkpoint and ends the run. */
  default boolean stopRequested() {
    return false;
  }
}
