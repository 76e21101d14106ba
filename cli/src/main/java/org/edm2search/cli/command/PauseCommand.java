package org.edm2search.cli.command;

import java.util.concurrent.Callable;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.cli.output.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lets a running campaign wait. */
@Command(
    name = "pause",
    description = {
      "Ask the process that runs a campaign to save checkpoints and wait: the machine is free, the"
          + " process stays. 'resume' lets it go on from the checkpoints.",
      "To end the process, 'stop' it; 'run' goes on with the campaign then."
    },
    footer = {"  edm2-search pause", "  edm2-search pause campaigns/quickstart"})
public final class PauseCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private NamedCampaign campaign;

  public PauseCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CampaignDirectory directory = campaign.directory();
    if (directory.runningProcess().isEmpty()) {
      throw new InvalidUseException(
          directory.path() + ": nothing runs it, so there is nothing to pause");
    }
    directory.requestPause();
    console.print(
        "trials save their work and wait; go on with:  %s resume %s",
        console.program(), directory.path());
    return 0;
  }
}
