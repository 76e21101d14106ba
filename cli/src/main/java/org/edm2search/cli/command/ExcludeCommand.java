package org.edm2search.cli.command;

import java.time.Clock;
import java.util.concurrent.Callable;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.cli.output.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Leaves a trial out of a campaign. */
@Command(
    name = "exclude",
    description = {
      "Leave out a trial that cannot be measured, such as one that crashes every time: it stays in"
          + " the history, is not ranked, and the campaign's next run goes on without it.",
      "The search learns of it as of a failed trial. 'retry TRIAL' takes it in again."
    },
    footer = {"  edm2-search exclude 3", "  edm2-search exclude 3 campaigns/quickstart"})
public final class ExcludeCommand implements Callable<Integer> {

  private final Console console;
  private final Clock clock;

  @Parameters(index = "0", paramLabel = "TRIAL", description = "The trial's number.")
  private int trial;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "CAMPAIGN",
      description = Campaigns.DESCRIPTION)
  private String campaign;

  public ExcludeCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    CampaignDirectory directory = Campaigns.find(campaign);
    directory.exclude(trial, clock);
    console.print(
        "trial %d is excluded; go on with:  %s run %s",
        trial, console.program(), directory.config());
    return 0;
  }
}
