package org.edm2search.dashboard.view;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Every campaign found.
 *
 * @param root the directory that was looked at
 * @param campaigns the campaigns, the most recently changed first
 */
public record CampaignsView(String root, List<Card> campaigns) {

  public CampaignsView {
    campaigns = List.copyOf(campaigns);
  }

  /**
   * One campaign in short.
   *
   * @param name name of the campaign, its directory's
   * @param state {@code running}, {@code stopped}, {@code finished} or {@code unreadable}
   * @param problem why it cannot be read, and what to do
   */
  public record Card(
      String name,
      String state,
      int finishedTrials,
      int totalTrials,
      String scoreName,
      OptionalDouble bestScore,
      OptionalDouble bestToSeed,
      Optional<String> problem) {}
}
