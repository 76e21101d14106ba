package org.edm2search.campaign;

import java.util.List;
import java.util.Objects;
import org.edm2search.campaign.trial.Trial;

/**
 * How a run ended.
 *
 * @param ending why
 * @param note in words
 * @param trials all trials
 */
public record CampaignResult(Ending ending, String note, List<Trial> trials) {

  /** Why a run ended. */
  public enum Ending {
    /** All planned trials are finished, or those that the budget has room for. */
    DONE,
    /** The space has no further candidate. */
    EXHAUSTED,
    /** On request; run it again to go on. */
    STOPPED,
    /** Something must be mended first; the note says what. Then run it again to go on. */
    HALTED
  }

  public CampaignResult {
    Objects.requireNonNull(ending, "ending");
    Objects.requireNonNull(note, "note");
    trials = List.copyOf(trials);
  }
}
