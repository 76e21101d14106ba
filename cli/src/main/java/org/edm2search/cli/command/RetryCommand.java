package org.edm2search.cli.command;

import java.time.Clock;
import java.util.concurrent.Callable;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.cli.output.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

  @Mixin private TrialOfCampaign trial;

  public RetryCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    CampaignDirectory directory = trial.directory();
    directory.putBack(trial.number(), clock);
    console.print(
        "trial %d waits to be tried again; go on with:  %s run %s",
        trial.number(), console.program(), directory.config());
    return 0;
  }
}
