package org.edm2search.campaign;

import java.time.Duration;
import java.util.List;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;

/** Hears what happens in a campaign, on the thread it happens on. */
public interface CampaignListener {

  /** A listener that does nothing. */
  CampaignListener NONE = new CampaignListener() {};

  /**
   * The campaign starts or goes on.
   *
   * @param before trials of earlier runs
   */
  default void campaignStarted(CampaignRecord campaign, List<Trial> before) {}

  /** Candidates were refused on the way to the next trial. */
  default void candidatesRejected(List<Rejection> rejections) {}

  /**
   * A trial starts.
   *
   * @param again whether an earlier run had started it
   */
  default void trialStarted(Trial trial, boolean again) {}

  /** A running trial reported how far it is. Called as often as it reports. */
  default void trialProgressed(Trial trial, Progress progress) {}

  /**
   * A running trial reported nothing for a while.
   *
   * @param since the last report
   * @param limit after which the attempt is ended
   */
  default void trialSilent(Trial trial, Duration since, Duration limit) {}

  /**
   * An attempt at a trial failed through the environment; the trial waits for its next one.
   *
   * @param pause until then
   */
  default void trialRetried(Attempt attempt, Duration pause) {}

  /**
   * A trial was trained to a rung, and waits there until it is decided who goes on.
   *
   * @param rungs how many there are
   */
  default void trialReachedRung(Trial trial, int rungs) {}

  /** A trial finished; see its state. */
  default void trialFinished(Trial trial) {}

  /**
   * Somebody asked the campaign to wait, or to go on.
   *
   * @param paused whether it waits
   */
  default void campaignPaused(boolean paused) {}

  /**
   * The connection to the store's server was lost, or is there again. Comes from another thread
   * while the campaign waits.
   *
   * @param news what happened, in words
   */
  default void storeConnection(String news) {}

  /** The campaign ended. */
  default void campaignEnded(CampaignResult result) {}
}
