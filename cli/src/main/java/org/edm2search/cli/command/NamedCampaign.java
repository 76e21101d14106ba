package org.edm2search.cli.command;

import org.edm2search.campaign.CampaignDirectory;
import picocli.CommandLine.Parameters;

/** A campaign as named on the command line, or the only one there is. */
final class NamedCampaign {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "CAMPAIGN",
      description = Campaigns.DESCRIPTION)
  private String campaign;

  /** Finds the campaign. */
  CampaignDirectory directory() {
    return Campaigns.find(campaign);
  }
}
