package org.edm2search.cli.command;

import org.edm2search.campaign.CampaignDirectory;
import picocli.CommandLine.Parameters;

/** A trial as named on the command line: its number, and the campaign it belongs to. */
final class TrialOfCampaign {

  @Parameters(index = "0", paramLabel = "TRIAL", description = "Number of the trial, from 0.")
  private int number;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "CAMPAIGN",
      description = Campaigns.DESCRIPTION)
  private String campaign;

  int number() {
    return number;
  }

  /** Finds the campaign. */
  CampaignDirectory directory() {
    return Campaigns.find(campaign);
  }
}
