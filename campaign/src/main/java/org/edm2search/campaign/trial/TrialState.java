package org.edm2search.campaign.trial;

/**
 * Where a trial stands. WAITING → RUNNING → one of the finished states, which never change but on
 * request: FAILED → WAITING, unfinished or FAILED → EXCLUDED, EXCLUDED → WAITING. An attempt that
 * fails through the environment goes back to WAITING.
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
  FAILED,
  /** Left out by the user, because it cannot be measured; what befell it is the reason. */
  EXCLUDED;

  /** Returns whether nothing about the trial changes any more. */
  public boolean finished() {
    return this != WAITING && this != RUNNING;
  }
}
