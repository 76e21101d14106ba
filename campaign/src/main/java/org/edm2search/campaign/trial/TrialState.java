package org.edm2search.campaign.trial;

/**
 * Where a trial stands. WAITING → RUNNING → one of the finished states, which never change but for
 * FAILED → WAITING on request. An attempt that fails through the environment goes back to WAITING.
 */
public enum TrialState {
  /** Proposed, not started. */
  WAITING,
  /** Started; after a crash, started again with the same number and genotype. */
  RUNNING,
  /** Measured. */
  COMPLETE,
  /** Given up early because it was not promising. */
  PRUNED,
  /** Ended by an error, which is the reason. */
  FAILED;

  /** Returns whether nothing about the trial changes any more. */
  public boolean finished() {
    return this == COMPLETE || this == PRUNED || this == FAILED;
  }
}
