package org.edm2search.cli.command;

import java.time.Clock;
import java.util.concurrent.Callable;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.cli.output.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends a trial that is not to be tried again. */
@Command(
    name = "exclude",
    description = {
      "End a trial that is not finished: the campaign's next run goes on without it.",
      "For a trial that stops the campaign each time, such as one that crashes its worker. It counts"
          + " as failed, and is charged its training so far; 'retry' puts it back."
    },
    footer = {
      "  edm2-search exclude 3",
      "  edm2-search exclude 3 campaigns/quickstart --reason \"crashes in native code\""
    })
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

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "on request",
      description = "Why, kept with the trial. Default: on request.")
  private String reason;

  public ExcludeCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    CampaignDirectory directory = Campaigns.find(campaign);
    directory.exclude(trial, reason, clock);
    console.print(
        "trial %d is excluded; go on without it:  %s run %s",
        trial, console.program(), directory.config());
    return 0;
  }
}
