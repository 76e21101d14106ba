package org.edm2search.cli.command;

import java.time.Clock;
import java.util.concurrent.Callable;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.CampaignDoctor;
import org.edm2search.cli.output.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Puts a copy of a campaign's store back. */
@Command(
    name = "restore",
    description = {
      "Put the last copy of a campaign's store in the place of the store, which is kept under another"
          + " name: to undo what was done since, such as an exclude.",
      "Trials that began after the copy are proposed again and go on from their checkpoints. A damaged"
          + " or deleted store is restored by 'doctor', too, which looks first. A store on a server is restored by"
          + " the server's own tools."
    },
    footer = {"  edm2-search restore", "  edm2-search restore campaigns/quickstart --previous"})
public final class RestoreCommand implements Callable<Integer> {

  private final Console console;
  private final Clock clock;

  @Mixin private NamedCampaign campaign;

  @Option(names = "--previous", description = "Take the copy before the last one.")
  private boolean previous;

  public RestoreCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    CampaignDirectory directory = campaign.directory();
    CampaignDoctor.restore(directory, previous, clock)
        .lines()
        .forEach(line -> console.print("%s", line));
    console.remark("go on with:  %s run %s", console.program(), directory.config());
    return 0;
  }
}
