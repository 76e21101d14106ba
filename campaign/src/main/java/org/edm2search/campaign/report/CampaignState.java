package org.edm2search.campaign.report;

import java.util.Locale;
import org.edm2search.campaign.journal.CampaignSnapshot;

/** Where a campaign stands. */
public enum CampaignState {
  /** A process runs it. */
  RUNNING,
  /** Nobody runs it, but it has more to do. */
  STOPPED,
  /** Its trials ended, all that were planned or all that there are. */
  FINISHED;

  /**
   * Returns where a campaign stands.
   *
   * @param running whether a process runs it
   */
  public static CampaignState of(CampaignSnapshot snapshot, boolean running) {
    if (running) {
      return RUNNING;
    }
    boolean ended = snapshot.trials().stream().allMatch(trial -> trial.state().finished());
    boolean nothingLeft =
        snapshot
            .campaign()
            .filter(
                campaign ->
                    snapshot.trials().size() >= campaign.plannedTrials()
                        || !campaign.note().isEmpty())
            .isPresent();
    return ended && nothingLeft ? FINISHED : STOPPED;
  }

  /** Returns the state as printed. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
