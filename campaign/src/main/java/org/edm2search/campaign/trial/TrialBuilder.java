package org.edm2search.campaign.trial;

import java.time.Instant;
import java.util.Optional;

/**
 * Puts a {@link Trial} together by name: a proposed one to begin with, or another with changes;
 * {@link #build} checks it. Not thread-safe.
 */
public final class TrialBuilder {

  private final int number;
  private final Candidate candidate;
  private final Instant createdAt;
  private Optional<Integer> repeatOf = Optional.empty();
  private RungHistory rungs = RungHistory.NONE;
  private TrialState state = TrialState.WAITING;
  private String reason = "";
  private Optional<Measurement> measurement = Optional.empty();
  private Optional<Provenance> provenance = Optional.empty();
  private Spending spent = Spending.NONE;
  private Optional<Instant> startedAt = Optional.empty();
  private Optional<Instant> finishedAt = Optional.empty();

  /**
   * Begins with a proposed trial.
   *
   * @param createdAt when it was proposed
   */
  public TrialBuilder(int number, Candidate candidate, Instant createdAt) {
    this.number = number;
    this.candidate = candidate;
    this.createdAt = createdAt;
  }

  TrialBuilder(Trial trial) {
    this(trial.number(), trial.candidate(), trial.createdAt());
    repeatOf = trial.repeatOf();
    rungs = trial.rungs();
    state = trial.state();
    reason = trial.reason();
    measurement = trial.measurement();
    provenance = trial.provenance();
    spent = trial.spent();
    startedAt = trial.startedAt();
    finishedAt = trial.finishedAt();
  }

  /** Sets the trial whose candidate is trained again. */
  public TrialBuilder repeatOf(Optional<Integer> value) {
    repeatOf = value;
    return this;
  }

  /** Sets the way through the rungs. */
  public TrialBuilder rungs(RungHistory value) {
    rungs = value;
    return this;
  }

  /** Sets where the trial stands. */
  public TrialBuilder state(TrialState value) {
    state = value;
    return this;
  }

  /** Sets why it was pruned, failed or was excluded. */
  public TrialBuilder reason(String value) {
    reason = value;
    return this;
  }

  /** Sets the numbers. */
  public TrialBuilder measurement(Optional<Measurement> value) {
    measurement = value;
    return this;
  }

  /** Sets what the trial came from. */
  public TrialBuilder provenance(Optional<Provenance> value) {
    provenance = value;
    return this;
  }

  /** Sets what the trial has cost. */
  public TrialBuilder spent(Spending value) {
    spent = value;
    return this;
  }

  /** Sets when the last run started. */
  public TrialBuilder startedAt(Optional<Instant> value) {
    startedAt = value;
    return this;
  }

  /** Sets when the trial finished. */
  public TrialBuilder finishedAt(Optional<Instant> value) {
    finishedAt = value;
    return this;
  }

  /**
   * Returns the trial.
   *
   * @throws IllegalArgumentException if its state and what it has do not go together
   */
  public Trial build() {
    return new Trial(
        number,
        candidate,
        repeatOf,
        rungs,
        state,
        reason,
        measurement,
        provenance,
        spent,
        createdAt,
        startedAt,
        finishedAt);
  }
}
