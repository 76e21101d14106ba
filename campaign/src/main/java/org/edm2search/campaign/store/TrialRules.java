package org.edm2search.campaign.store;

import java.util.Optional;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;

/** What every store refuses. */
final class TrialRules {

  private TrialRules() {}

  static void requireWaiting(Trial trial) {
    require(
        trial.state() == TrialState.WAITING, trial, "a trial that has not started must be WAITING");
  }

  static void requireNext(Trial trial, int next) {
    require(trial.number() == next, trial, "the next trial has number " + next);
  }

  static void requireRunning(Trial trial) {
    require(trial.state() == TrialState.RUNNING, trial, "a started trial must be RUNNING");
  }

  static void requireFinished(Trial trial) {
    require(trial.state().finished(), trial, "an ended trial must be COMPLETE, PRUNED or FAILED");
  }

  static void requireExcludable(Optional<Trial> stored, Trial excluded) {
    require(excluded.state() == TrialState.EXCLUDED, excluded, "a trial left out is EXCLUDED");
    Trial before = existing(stored, excluded.number());
    require(before.excludable(), before, "only a trial without an outcome is excluded");
    requireSame(before, excluded);
  }

  static void requireStartable(Optional<Trial> stored, Trial running) {
    Trial before = existing(stored, running.number());
    require(!before.state().finished(), before, "a finished trial never changes");
    requireSame(before, running);
  }

  static void requirePutBack(Optional<Trial> stored, Trial waiting) {
    requireWaiting(waiting);
    Trial before = existing(stored, waiting.number());
    boolean open =
        before.state() == TrialState.RUNNING
            || before.state() == TrialState.FAILED
            || before.state() == TrialState.EXCLUDED;
    require(open, before, "only a running, failed or excluded trial is tried again");
    requireSame(before, waiting);
  }

  static void requireFinishable(Optional<Trial> stored, Trial finished) {
    Trial before = existing(stored, finished.number());
    require(!before.state().finished(), before, "a finished trial never changes");
    require(before.state() == TrialState.RUNNING, before, "only a running trial can end");
    requireSame(before, finished);
  }

  static void requireDecidable(Optional<Trial> stored, Trial decided) {
    require(
        decided.state() == TrialState.WAITING || decided.state() == TrialState.PRUNED,
        decided,
        "a trial at a rung waits or is pruned");
    Trial before = existing(stored, decided.number());
    require(!before.state().finished(), before, "a finished trial never changes");
    requireSame(before, decided);
  }

  static void requireRecordable(Optional<Trial> stored, int number) {
    Trial before = existing(stored, number);
    require(before.state() == TrialState.RUNNING, before, "only a running trial has news");
  }

  static void requireExisting(Optional<Trial> stored, int number) {
    existing(stored, number);
  }

  private static void requireSame(Trial before, Trial after) {
    require(
        before.candidate().equals(after.candidate()), after, "a trial never changes its candidate");
  }

  private static Trial existing(Optional<Trial> stored, int number) {
    return stored.orElseThrow(() -> new IllegalStateException("there is no trial " + number));
  }

  private static void require(boolean holds, Trial trial, String rule) {
    if (!holds) {
      throw new IllegalStateException(
          "%s, but trial %d is %s".formatted(rule, trial.number(), trial.state()));
    }
  }
}
