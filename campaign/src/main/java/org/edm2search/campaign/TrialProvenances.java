package org.edm2search.campaign;

import org.edm2search.campaign.strategy.SeedStream;
import org.edm2search.campaign.trial.Provenance;

/** The provenances of a run's trials. */
final class TrialProvenances {

  private final SeedStream seeds;
  private final Provenance environment;
  private final String configDigest;

  /**
   * Prepares them for a run.
   *
   * @param environment where its trials run
   */
  TrialProvenances(CampaignConfig config, Provenance environment) {
    this.seeds = new SeedStream(config.seed());
    this.environment = environment;
    this.configDigest = config.digest();
  }

  /** Returns the seed of everything random in a trial. */
  long seed(int trial) {
    return seeds.seed("trial", trial);
  }

  Provenance of(int trial) {
    return environment.forTrial(seed(trial), configDigest);
  }
}
