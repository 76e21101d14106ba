package org.edm2search.campaign;

import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.RungLoss;

/** What a campaign minimizes: trains a candidate and scores it. */
@FunctionalInterface
public interface Objective {

  /**
   * Evaluates a candidate. Called again with an equal request after a crash or stop, so it should
   * go on from what it finds in the request's directory, and end with the same numbers.
   *
   * @throws TrialStoppedException after saving its work, when the progress asks to stop
   * @throws TrialFailedException naming whose fault it is
   * @throws RuntimeException anything else; the attempt has failed with its message as the reason:
   *     for lack of memory, at a file, or through the candidate
   */
  Measurement evaluate(TrialRequest request, TrialProgress progress);

  /**
   * Trains a candidate up to the request's rung, from where it stands, and measures its held-out
   * loss; at the top it is {@link #evaluate evaluated} next. As there, called again after a crash
   * or stop. A candidate that passes rungs ends with the same numbers as one trained at a stretch.
   *
   * @throws UnsupportedOperationException if this objective has no rungs
   */
  default RungLoss screen(TrialRequest request, TrialProgress progress) {
    throw new UnsupportedOperationException("this objective has no rungs");
  }
}
