package org.edm2search.cli.command;

import java.time.Clock;
import java.util.concurrent.Callable;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.cli.output.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Leaves a trial out of a campaign. */
@Command(
    name = "exclude",
    description = {
      "Leave out a trial that cannot be measured, such as one that crashes every time: it stays in"
          + " the history, is not ranked, and the campaign goes on without it.",
      "If a process runs the campaign, it ends the trial first. The search learns of it as of a failed"
          + " trial. 'retry TRIAL' takes it in again."
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
    if (directory.runningProcess().isPresent()) {
      cancel(directory);
      return 0;
    }
    directory.exclude(trial.number(), clock);
    console.print(
        "trial %d is excluded; go on with:  %s run %s",
        trial.number(), console.program(), directory.config());
    return 0;
  }

  private void cancel(CampaignDirectory directory) {
    int number = trial.number();
    try (TrialReader reader = directory.read()) {
      Trial now = Trials.numbered(reader, number, directory);
      if (now.state().finished() || now.atRung()) {
        throw new InvalidUseException(
            "trial %d %s; only a trial without an outcome can be left out while the campaign runs"
                .formatted(number, now.atRung() ? "waits at a rung" : "is " + now.state()));
      }
    }
    directory.requestCancel(number);
    console.print("trial %d is to end, and is left out then; 'show %d' says when", number, number);
  }
}
