package org.edm2search.cli.command;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.cli.output.Console;
import org.edm2search.space.base.Edm2SearchException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends a running campaign from another terminal. */
@Command(
    name = "stop",
    description = {
      "Ask the process that runs a campaign to save checkpoints and end, as Ctrl-C there does, and"
          + " wait until it has. 'run' goes on with the campaign."
    },
    footer = {"  edm2-search stop", "  edm2-search stop campaigns/quickstart"})
public final class StopCommand implements Callable<Integer> {

  private static final Duration POLL = Duration.ofMillis(100);

  private final Console console;

  @Mixin private NamedCampaign campaign;

  public StopCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CampaignDirectory directory = campaign.directory();
    Optional<Long> running = directory.runningProcess();
    if (running.isEmpty()) {
      console.print("%s: nothing runs it", directory.path());
      return 0;
    }
    boolean asked = ProcessHandle.of(running.get()).map(ProcessHandle::destroy).orElse(false);
    if (!asked) {
      throw new Edm2SearchException(
          "process %d, which runs %s, cannot be asked to end: is it another user's, or on another"
                  .formatted(running.get(), directory.path())
              + " machine?");
    }
    while (directory.runningProcess().equals(running)) {
      Waiting.pause(POLL);
    }
    console.print("stopped; go on with:  %s run %s", console.program(), directory.config());
    return 0;
  }
}
