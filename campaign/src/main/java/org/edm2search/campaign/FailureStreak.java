package org.edm2search.campaign;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;

/**
 * Counts failures in a row. Some, with no success at all, look like a broken setup, not like bad
 * luck: then the campaign stops.
 */
final class FailureStreak {

  private static final int MOST_FAILURES = 3;

  private final TrialBook book;
  private final Set<Integer> failedNow = new HashSet<>();
  private int inARow;
  private Optional<String> verdict = Optional.empty();

  FailureStreak(TrialBook book) {
    this.book = book;
  }

  /** Learns of a failure of this run: the user may have mended what was broken before. */
  void failed(Trial trial) {
    failedNow.add(trial.number());
  }

  /** Learns that the strategy was told of a trial. */
  void told(Trial trial) {
    inARow = failedNow.contains(trial.number()) ? inARow + 1 : 0;
    if (inARow >= MOST_FAILURES && book.all().stream().noneMatch(FailureStreak::succeeded)) {
      verdict =
          Optional.of(
              ("%d trials in a row failed and none ever completed, so the campaign stops; the last"
                      + " one, trial %d: %s")
                  .formatted(inARow, trial.number(), trial.reason()));
    }
  }

  private static boolean succeeded(Trial trial) {
    return trial.state() == TrialState.COMPLETE || !trial.rungs().reached().isEmpty();
  }

  /** Returns why the campaign should stop; empty if it should not. */
  Optional<String> reasonToStop() {
    return verdict;
  }
}
