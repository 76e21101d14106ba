package org.edm2search.cli.command;

import java.time.Clock;
import java.util.concurrent.Callable;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.cli.output.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

  @Mixin private TrialOfCampaign trial;

  public ExcludeCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    CampaignDirectory directory = trial.directory();
    directory.exclude(trial.number(), clock);
    console.print(
        "trial %d is excluded; go on with:  %s run %s",
        trial.number(), console.program(), directory.config());
    return 0;
  }
}
