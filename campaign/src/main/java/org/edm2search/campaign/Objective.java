package org.edm2search.campaign;

import org.edm2search.campaign.trial.Measurement;

/** What a campaign minimizes: trains a candidate and scores it. */
@FunctionalInterface
public interface Objective {

  /**
   * Evaluates a candidate. Called again with an equal request after a crash or stop, so it should
   * go on from what it finds in the request's directory, and end with the same numbers.
   *
   * @throws TrialPrunedException to give the trial up, usually because the progress says so
   * @throws TrialStoppedException after saving its work, when the progress asks to stop
   * @throws TrialFailedException naming whose fault it is
   * @throws RuntimeException anything else; the attempt has failed with its message as the reason:
   *     for want of memory, at a file, or through the candidate
   */
  Measurement evaluate(TrialRequest request, TrialProgress progress);
}
