package org.edm2search.campaign;

import java.time.Duration;
import java.util.OptionalDouble;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.space.LossPoint;

/** How an objective speaks with the campaign while it works. Thread-safe. */
public interface TrialProgress {

  /**
   * Reports how far a phase is. Cheap: call it as often as there is news.
   *
   * @param done images done in this phase
   * @param total images of this phase
   * @param loss recent training loss, if training
   * @param imagesPerSecond recent throughput
   */
  void report(Phase phase, long done, long total, OptionalDouble loss, double imagesPerSecond);

  /**
   * Adds a point to the loss curve, durably; replaces a point at the same images. So that a resumed
   * trial has no gap: report a point before writing the checkpoint that lies after it. A few
   * hundred a trial are right.
   */
  void record(LossPoint point);

  /**
   * Warns that nothing was reported for a while; an executor does, where it can.
   *
   * @param since the last report
   * @param limit after which the attempt is ended
   */
  default void silent(Duration since, Duration limit) {}

  /** Returns whether to save the work and throw TrialStoppedException. */
  boolean stopRequested();
}
