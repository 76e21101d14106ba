package org.edm2search.cli.command;

import java.time.Clock;
import java.util.concurrent.Callable;
import org.edm2search.campaign.CampaignDoctor;
import org.edm2search.cli.output.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks and mends a campaign's store. */
@Command(
    name = "doctor",
    description = {
      "Check a campaign's store, its copies and its journal; restore a damaged or deleted store from"
          + " its copy, write the journal anew, and say what was done.",
      "A healthy store is left as it is; a damaged one is kept under another name. Of a store on a"
          + " server, which has copies of its own, the journal is written anew."
    },
    footer = {"  edm2-search doctor", "  edm2-search doctor campaigns/quickstart"})
public final class DoctorCommand implements Callable<Integer> {

  private final Console console;
  private final Clock clock;

  @Mixin private NamedCampaign campaign;

  public DoctorCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    CampaignDoctor.Report report = CampaignDoctor.examine(campaign.directory(), clock);
    report.lines().forEach(line -> console.print("%s", line));
    return report.sound() ? 0 : 1;
  }
}
