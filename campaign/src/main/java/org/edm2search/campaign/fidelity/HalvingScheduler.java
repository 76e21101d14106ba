package org.edm2search.campaign.fidelity;

import java.util.Optional;

/**
 * Decides which candidate is trained next and how far: asked for work, told what each rung showed.
 * A pure state machine: no clock, no files, no randomness; equal questions and answers in equal
 * order give equal decisions. Not thread-safe.
 *
 * <p>Candidates are numbered in the order they are begun, from 0: the same numbers as the
 * campaign's trials when each fresh candidate becomes the next trial.
 */
public sealed interface HalvingScheduler permits SynchronousHalving, AsynchronousHalving {

  /** What {@link #ask} answers. */
  sealed interface Decision {

    /**
     * Train a candidate up to a rung, from where it stands.
     *
     * @param candidate its number
     * @param rung index of the rung
     * @param fresh whether the candidate begins here; the strategy is to propose it
     */
    record Train(int candidate, int rung, boolean fresh) implements Decision {}

    /** Nothing until more is told, or until fresh candidates are to be had. */
    record Wait() implements Decision {}

    /** Nothing any more: no fresh candidates come, and all that were begun are decided. */
    record Done() implements Decision {}
  }

  /**
   * Returns what to do next.
   *
   * @param fresh whether a fresh candidate could be had now; without one only promotions are
   *     decided
   */
  Decision ask(boolean fresh);

  /**
   * Learns what a candidate showed at the rung it was to be trained to.
   *
   * @throws IllegalArgumentException if that candidate was not in training to that rung
   */
  void tell(RungResult result);

  /** Says that no further fresh candidate will come: the budget or the space is at its end. */
  void close();

  /** Returns all that was decided and told, as JSON; enough to go on. */
  String state();

  /** Starts a scheduler, or continues it from its {@link #state}. */
  static HalvingScheduler of(FidelitySettings settings, Optional<String> state) {
    return switch (settings.mode()) {
      case SYNCHRONOUS -> new SynchronousHalving(settings, state);
      case ASYNCHRONOUS -> new AsynchronousHalving(settings, state);
    };
  }
}
