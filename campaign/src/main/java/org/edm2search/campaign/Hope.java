package org.edm2search.campaign;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;

/**
 * Whether to go on. So many failures in a row with no success at all look like a broken setup, not
 * like bad luck.
 */
final class Hope {

  private static final int HOPELESS_FAILURES = 3;

  private final TrialBook book;
  private final Set<Integer> failedNow = new HashSet<>();
  private int failures;
  private Optional<String> lost = Optional.empty();

  Hope(TrialBook book) {
    this.book = book;
  }

  /** Learns of a failure of this run: the user may have mended what was broken before. */
  void failed(Trial trial) {
    failedNow.add(trial.number());
  }

  /** Learns that the strategy was told of a trial. */
  void told(Trial trial) {
    failures = failedNow.contains(trial.number()) ? failures + 1 : 0;
    if (failures >= HOPELESS_FAILURES && book.all().stream().noneMatch(Hope::succeeded)) {
      lost =
          Optional.of(
              ("%d trials in a row failed and none ever completed, so the campaign stops; the last"
                      + " one, trial %d: %s")
                  .formatted(failures, trial.number(), trial.reason()));
    }
  }

  private static boolean succeeded(Trial trial) {
    return trial.state() == TrialState.COMPLETE || !trial.rungs().reached().isEmpty();
  }

  /** Returns why the campaign should stop. */
  Optional<String> lost() {
    return lost;
  }
}
