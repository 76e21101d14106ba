package org.edm2search.campaign.store;

import java.time.Instant;
import java.util.Objects;

/**
 * The campaign a store belongs to.
 *
 * @param name for people
 * @param strategy how candidates are proposed
 * @param seed random seed
 * @param plannedTrials how many trials it is to have
 * @param configText the YAML file
 * @param configDigest identity of all settings that may not change
 * @param createdAt when it was first run
 * @param note why it ended early, otherwise empty
 */
public record CampaignRecord(
    String name,
    String strategy,
    long seed,
    int plannedTrials,
    String configText,
    String configDigest,
    Instant createdAt,
    String note) {

  public CampaignRecord {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(strategy, "strategy");
    Objects.requireNonNull(configText, "configText");
    Objects.requireNonNull(configDigest, "configDigest");
    Objects.requireNonNull(createdAt, "createdAt");
    Objects.requireNonNull(note, "note");
  }

  /** Returns this record of a campaign that was first run at another time. */
  public CampaignRecord createdAt(Instant other) {
    return new CampaignRecord(
        name, strategy, seed, plannedTrials, configText, configDigest, other, note);
  }

  /** Returns this record of a campaign that is to have another number of trials. */
  public CampaignRecord withPlannedTrials(int other) {
    return new CampaignRecord(
        name, strategy, seed, other, configText, configDigest, createdAt, note);
  }

  /** Returns this record with another note. */
  public CampaignRecord withNote(String other) {
    return new CampaignRecord(
        name, strategy, seed, plannedTrials, configText, configDigest, createdAt, other);
  }
}
