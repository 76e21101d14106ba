package org.edm2search.campaign;

import java.time.Clock;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.space.SearchSpace;

/** The loop: ask the strategy, run the objective, tell the strategy. */
public final class Campaign implements AutoCloseable {
  public static Campaign open(
      CampaignConfig config, SearchSpace space, Provenance environment, Clock clock) {
    throw new UnsupportedOperationException();
  }

  public CampaignResult run(Objective objective, CampaignListener listener) {
    throw new UnsupportedOperationException();
  }

  public void requestStop() {}

  public TrialStore store() {
    return null;
  }

  @Override
  public void close() {}
}
