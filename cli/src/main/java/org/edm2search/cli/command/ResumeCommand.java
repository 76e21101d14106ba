package org.edm2search.cli.command;

import java.util.concurrent.Callable;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.cli.output.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lets a campaign go on that waits. */
@Command(
    name = "resume",
    description = {
      "Let a campaign go on that was paused.",
      "One that was stopped or killed goes on by 'run'."
    },
    footer = {"  edm2-search resume", "  edm2-search resume campaigns/quickstart"})
public final class ResumeCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private NamedCampaign campaign;

  public ResumeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CampaignDirectory directory = campaign.directory();
    if (directory.runningProcess().isEmpty()) {
      throw new InvalidUseException(
          "%s: nothing runs it; go on with:  %s run %s"
              .formatted(directory.path(), console.program(), directory.config()));
    }
    boolean paused = directory.pauseRequested();
    directory.resume();
    console.print("%s", paused ? "the campaign goes on" : "the campaign was not paused");
    return 0;
  }
}
