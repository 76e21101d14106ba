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

  /** The seed architecture, which is trial 0 of every campaign. */
  private static final String SEED = "G*";

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
   * @param named a number, {@code best}, or {@code G*} for the seed architecture
   */
  static Trial complete(TrialReader reader, String named, CampaignDirectory directory) {
    if (named.equals(BEST)) {
      return Leaderboard.of(reader.trials())
          .best()
          .orElseThrow(
              () -> new InvalidUseException(directory.path() + " has no complete trial yet"));
    }
    if (!named.matches("\\d{1,9}") && !named.equalsIgnoreCase(SEED)) {
      throw new InvalidUseException(
          "a trial is a number, 'best' or 'G*', but '%s' is none of them".formatted(named));
    }
    int number = named.equalsIgnoreCase(SEED) ? 0 : Integer.parseInt(named);
    Trial trial = numbered(reader, number, directory);
    if (trial.state() != TrialState.COMPLETE) {
      throw new InvalidUseException(
          "trial %s is %s, but must be complete".formatted(named, trial.state()));
    }
    return trial;
  }
}
