package org.edm2search.campaign.fidelity;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Decides which candidate is trained next and how far: asked for work, told what each rung showed.
 * A pure state machine: no clock, no files, no randomness; equal questions and answers in equal
 * order give equal decisions. Not thread-safe.
 *
 * <p>Candidates are numbered in the order they are begun, from 0.
 */
public sealed interface HalvingScheduler permits Halving {

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
   * A candidate on its way to a rung.
   *
   * @param candidate its number
   * @param rung index of the rung
   */
  record Training(int candidate, int rung) {}

  /**
   * A candidate that is not trained further.
   *
   * @param candidate its number
   * @param rung index of the rung where that was decided
   * @param rank its place there, from 1
   * @param of how many were compared, failures included
   */
  record Out(int candidate, int rung, int rank, int of) {}

  /**
   * Returns what to do next.
   *
   * @param fresh whether a fresh candidate could be had now; without one only promotions are
   *     decided
   */
  Decision ask(boolean fresh);

  /**
   * Returns the rung that a fresh candidate would be trained to if nobody was promoted; empty if
   * none would be begun.
   */
  OptionalInt freshRung();

  /** Returns who is out by what was decided since the last call. */
  List<Out> out();

  /** Returns who is in training, in the order in which that was decided. */
  List<Training> training();

  /** Returns whether a candidate is in training or waits for a decision. */
  boolean undecided(int candidate);

  /**
   * Returns how many trainings to each rung are still to be decided at most, if some more
   * candidates begin and then no further ones.
   *
   * @param fresh how many more begin; those themselves are not counted
   */
  int[] toCome(int fresh);

  /**
   * Learns what a candidate showed at the rung it was to be trained to.
   *
   * @throws IllegalArgumentException if that candidate was not in training to that rung
   */
  void tell(RungResult result);

  /**
   * Says that no further fresh candidate will come: the budget or the space is at its end. Not part
   * of the state: a search that goes on with a larger budget may have some.
   */
  void close();

  /** Returns all that was decided and told, as JSON; enough to go on. */
  String state();

  /** Starts a scheduler, or continues it from its {@link #state}. */
  static HalvingScheduler of(FidelitySettings settings, Optional<String> state) {
    return switch (settings.mode()) {
      case REPRODUCIBLE -> new SynchronousHalving(settings, state);
      case ASYNCHRONOUS -> new AsynchronousHalving(settings, state);
    };
  }
}
