package org.edm2search.cli.command;

import java.util.List;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;

/** Trials as named on the command line. */
final class Trials {

  static final String BEST = "best";

  private Trials() {}

  /** Returns the trial of a number. */
  static Trial numbered(TrialReader reader, int number, CampaignDirectory directory) {
    return reader
        .trial(number)
        .orElseThrow(
            () ->
                new InvalidUseException(
                    "%s has no trial %d; it has %s"
                        .formatted(directory.path(), number, range(reader.trials()))));
  }

  private static String range(List<Trial> trials) {
    return trials.isEmpty() ? "none yet" : "trials 0 to " + (trials.size() - 1);
  }

  /**
   * Returns a complete trial.
   *
   * @param named a number, or {@code best}
   */
  static Trial complete(TrialReader reader, String named, CampaignDirectory directory) {
    if (named.equals(BEST)) {
      return Leaderboard.of(reader.trials())
          .best()
          .orElseThrow(
              () -> new InvalidUseException(directory.path() + " has no complete trial yet"));
    }
    if (!named.matches("\\d{1,9}")) {
      throw new InvalidUseException(
          "a trial is a number or 'best', but '%s' is neither".formatted(named));
    }
    Trial trial = numbered(reader, Integer.parseInt(named), directory);
    if (trial.state() != TrialState.COMPLETE) {
      throw new InvalidUseException(
          "trial %s is %s, but must be complete".formatted(named, trial.state()));
    }
    return trial;
  }
}
