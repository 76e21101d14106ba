package org.edm2search.campaign.trial;

/**
 * Where a trial stands. WAITING → RUNNING → one of the finished states, which never change but on
 * request: FAILED → WAITING, unfinished or FAILED → EXCLUDED, EXCLUDED → WAITING. An attempt that
 * fails through the environment goes back to WAITING, and so does a trial at a rung, where it is
 * PRUNED if others are better.
 */
public enum TrialState {
  /** Proposed and not started, at a rung until it is decided who goes on, or to be tried again. */
  WAITING,
  /** Started; after a crash, started again with the same number and genotype. */
  RUNNING,
  /** Measured. */
  COMPLETE,
  /** Given up early because it was not promising. */
  PRUNED,
  /** Ended by an error, which is the reason. */
  FAILED,
  /**
   * Left out by the user, because it cannot be measured; the reason is why its last attempt failed.
   */
  EXCLUDED;

  /** Returns whether nothing about the trial changes any more. */
  public boolean finished() {
    return this != WAITING && this != RUNNING;
  }
}
