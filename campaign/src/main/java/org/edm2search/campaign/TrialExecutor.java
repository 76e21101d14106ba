package org.edm2search.campaign;

import java.time.Duration;
import java.util.Optional;
import org.edm2search.campaign.trial.Provenance;

/**
 * Where trials run: in this process or in others, one or several at a time. Not thread-safe: a
 * campaign calls it on its own thread, and hears all news of trials on that thread, inside {@link
 * #await}.
 */
public interface TrialExecutor extends AutoCloseable {

  /** Returns how many trials may run at a time, at least 1. */
  int slots();

  /** Returns the environment of a campaign as it is for trials that run here. */
  default Provenance environment(Provenance ofCampaign) {
    return ofCampaign;
  }

  /**
   * Starts a trial, in a free slot.
   *
   * @param progress told of what the trial does, and asked whether it shall go on
   * @throws org.edm2search.space.base.Edm2SearchException if nothing can be run here at all
   */
  void start(TrialRequest request, TrialProgress progress);

  /**
   * Waits until one of the started trials ends; passes on what they report meanwhile.
   *
   * @param atMost gives up after about this time; where trials run on the calling thread, they do
   *     not end sooner for it
   * @return how it ended, empty if none did
   */
  Optional<TrialEnd> await(Duration atMost);

  /** Ends everything that runs, at once. */
  @Override
  void close();
}
