package org.edm2search.campaign.trial;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The record of a candidate. Immutable; each step of its life is a new value.
 *
 * @param number place in the campaign, from 0; 0 is the seed architecture
 * @param candidate what is tried
 * @param repeatOf the trial whose candidate is trained again, with another seed; empty for those of
 *     the search
 * @param rungs its way through the rungs, if the campaign has any
 * @param state where it stands
 * @param reason why it was pruned, failed or was excluded, otherwise empty
 * @param measurement its numbers, exactly if complete
 * @param provenance what it came from, once finished
 * @param spent what it has cost; nothing before its first end
 * @param createdAt when it was proposed
 * @param startedAt when its last run started
 * @param finishedAt when it finished
 */
public record Trial(
    int number,
    Candidate candidate,
    Optional<Integer> repeatOf,
    RungHistory rungs,
    TrialState state,
    String reason,
    Optional<Measurement> measurement,
    Optional<Provenance> provenance,
    Spending spent,
    Instant createdAt,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt) {

  public Trial {
    Objects.requireNonNull(candidate, "candidate");
    Objects.requireNonNull(rungs, "rungs");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(spent, "spent");
    int before = number;
    repeatOf.ifPresent(
        first -> {
          if (first < 0 || first >= before) {
            throw new IllegalArgumentException(
                "trial %d repeats an earlier one, but not %d".formatted(before, first));
          }
        });
    Objects.requireNonNull(createdAt, "createdAt");
    if (number < 0) {
      throw new IllegalArgumentException("a trial's number is at least 0, but is " + number);
    }
    require(number, state, measurement.isPresent() == (state == TrialState.COMPLETE), "a score");
    require(number, state, finishedAt.isPresent() == state.finished(), "an end");
    boolean mayStart = state == TrialState.EXCLUDED || startedAt.isPresent();
    boolean mustNotStart = state == TrialState.WAITING && rungs.atGoal().isEmpty();
    require(number, state, mustNotStart ? startedAt.isEmpty() : mayStart, "a start");
  }

  private static void require(int number, TrialState state, boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException(
          "trial %d is %s, so whether it has %s is wrong".formatted(number, state, what));
    }
  }

  /** Returns a proposed trial. */
  public static Trial waiting(int number, Candidate candidate, Instant at) {
    return waiting(number, candidate, Optional.empty(), RungHistory.NONE, at);
  }

  /** Returns a trial that is to train an earlier one's candidate again. */
  public static Trial repeat(int number, Trial first, Instant at) {
    return waiting(number, first.candidate(), Optional.of(first.number()), RungHistory.NONE, at);
  }

  private static Trial waiting(
      int number, Candidate candidate, Optional<Integer> repeatOf, RungHistory rungs, Instant at) {
    return new TrialBuilder(number, candidate, at).repeatOf(repeatOf).rungs(rungs).build();
  }

  /** Returns this trial running from now. */
  public Trial started(Instant at) {
    requireUnfinished();
    return new TrialBuilder(number, candidate, createdAt)
        .repeatOf(repeatOf)
        .rungs(rungs)
        .spent(spent)
        .state(TrialState.RUNNING)
        .startedAt(Optional.of(at))
        .build();
  }

  /**
   * Returns this trial waiting to be tried again.
   *
   * @throws IllegalStateException unless it runs, failed or is excluded
   */
  public Trial again() {
    if (state != TrialState.RUNNING && state != TrialState.FAILED && state != TrialState.EXCLUDED) {
      throw new IllegalStateException(
          "only a trial that failed is tried again, but trial %d is %s".formatted(number, state));
    }
    return waiting(number, candidate, repeatOf, rungs.again(), createdAt).charged(spent);
  }

  /** Returns this trial, not finished, waiting to be trained to a rung. */
  public Trial toward(int goal) {
    requireUnfinished();
    return waiting(number, candidate, repeatOf, rungs.on(goal), createdAt).charged(spent);
  }

  /**
   * Returns this trial waiting at the rung it was trained to.
   *
   * @throws IllegalStateException unless it runs
   */
  public Trial reached(RungLoss loss) {
    if (state != TrialState.RUNNING) {
      throw new IllegalStateException(
          "only a running trial reaches a rung, but trial %d is %s".formatted(number, state));
    }
    return with(rungs.with(loss), TrialState.WAITING);
  }

  /** Returns this trial with its place in the order of ends, unless it had one before. */
  public Trial atTurn(int turn) {
    return with(rungs.at(turn), state);
  }

  /** Returns this running trial with its loss at the top, before its end. */
  public Trial measured(RungLoss loss) {
    return with(rungs.with(loss), state);
  }

  private Trial with(RungHistory now, TrialState then) {
    return new TrialBuilder(this).rungs(now).state(then).build();
  }

  /** Returns whether the trial is not finished and waits for a decision at a rung. */
  public boolean atRung() {
    return !state.finished() && rungs.atGoal().isPresent();
  }

  /** Returns this trial, not finished, with what it has cost in all. */
  public Trial charged(Spending inAll) {
    requireUnfinished();
    return new TrialBuilder(this).spent(inAll).build();
  }

  /**
   * Returns this trial left out of the campaign.
   *
   * @throws IllegalStateException if it was measured, pruned or is excluded already
   */
  public Trial excluded(String why, Instant at) {
    if (!excludable()) {
      throw new IllegalStateException(
          "only a trial without an outcome is excluded, but trial %d is %s"
              .formatted(number, state));
    }
    return new TrialBuilder(this)
        .state(TrialState.EXCLUDED)
        .reason(why)
        .measurement(Optional.empty())
        // When an interrupted run of it really ended is not known.
        .startedAt(finishedAt.flatMap(end -> startedAt))
        .finishedAt(finishedAt.or(() -> Optional.of(at)))
        .build();
  }

  /** Returns whether the trial can be left out: it failed, or has no outcome yet. */
  public boolean excludable() {
    return !state.finished() || state == TrialState.FAILED;
  }

  /** Returns this trial with its numbers. */
  public Trial complete(Measurement result, Provenance origin, Instant at) {
    return finished(TrialState.COMPLETE, "", Optional.of(result), origin, at);
  }

  /** Returns this trial given up. */
  public Trial pruned(String why, Provenance origin, Instant at) {
    return finished(TrialState.PRUNED, why, Optional.empty(), origin, at);
  }

  /** Returns this trial ended by an error. */
  public Trial failed(String why, Provenance origin, Instant at) {
    return finished(TrialState.FAILED, why, Optional.empty(), origin, at);
  }

  private Trial finished(
      TrialState end, String why, Optional<Measurement> result, Provenance origin, Instant at) {
    requireUnfinished();
    return new TrialBuilder(this)
        .state(end)
        .reason(why)
        .measurement(result)
        .provenance(Optional.of(origin))
        .finishedAt(Optional.of(at))
        .build();
  }

  private void requireUnfinished() {
    if (state.finished()) {
      throw new IllegalStateException("trial %d is %s, which is final".formatted(number, state));
    }
  }

  /** Returns whether this trains the candidate of a trial again. */
  public boolean repeats(int first) {
    return repeatOf.filter(of -> of == first).isPresent();
  }

  /** Returns the primary score, lower is better; empty unless complete. */
  public OptionalDouble score() {
    return measurement.isPresent()
        ? OptionalDouble.of(measurement.get().score().value())
        : OptionalDouble.empty();
  }

  /** Returns the time from the last start to the end; empty unless finished. */
  public Optional<Duration> duration() {
    return finishedAt.flatMap(end -> startedAt.map(start -> Duration.between(start, end)));
  }

  /** Returns the trainings of this architecture among these: the search's and the repeats. */
  public List<Trial> runs(List<Trial> trials) {
    int first = repeatOf.orElse(number);
    return trials.stream().filter(run -> run.number() == first || run.repeats(first)).toList();
  }
}
