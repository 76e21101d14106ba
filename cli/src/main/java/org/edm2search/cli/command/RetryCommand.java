package org.edm2search.cli.command;

import java.time.Clock;
import java.util.concurrent.Callable;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.cli.output.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Puts a failed or excluded trial back. */
@Command(
    name = "retry",
    description = {
      "Let a failed or excluded trial be tried again: the campaign's next run begins with it, under the same"
          + " number, genotype and seed, from its last checkpoint.",
      "'run FILE --retry-failed' does so with all that failed and runs them."
    },
    footer = {"  edm2-search retry 3", "  edm2-search retry 3 campaigns/quickstart"})
public final class RetryCommand implements Callable<Integer> {

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

  public RetryCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    CampaignDirectory directory = Campaigns.find(campaign);
    directory.putBack(trial, clock);
    console.print(
        "trial %d waits to be tried again; go on with:  %s run %s",
        trial, console.program(), directory.config());
    return 0;
  }
}
