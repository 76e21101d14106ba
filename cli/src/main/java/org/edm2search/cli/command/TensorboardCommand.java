package org.edm2search.cli.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.journal.JournalReader;
import org.edm2search.campaign.tensorboard.EventFiles;
import org.edm2search.cli.output.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a campaign for TensorBoard. */
@Command(
    name = "tensorboard",
    description = {
      "Write a campaign as event files, which TensorBoard shows: loss curves, scores, samples, and genes"
          + " as hyper-parameters; one directory a trial.",
      "Reads the journal only. Files of trials that are in the directory are replaced."
    },
    footer = {
      "  edm2-search tensorboard campaigns/quickstart --out events",
      "  edm2-search tensorboard --out events --follow",
      "  tensorboard --logdir events"
    })
public final class TensorboardCommand implements Callable<Integer> {

  private static final Duration POLL = Duration.ofSeconds(1);

  private final Console console;

  @Mixin private NamedCampaign campaign;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Directory for the event files.")
  private Path out;

  @Option(
      names = "--follow",
      description = "Go on with what is new until the process that runs the campaign has ended.")
  private boolean follow;

  public TensorboardCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CampaignDirectory directory = campaign.directory();
    EventFiles files = new EventFiles(directory, out);
    try (JournalReader journal = directory.read()) {
      Optional<Long> running = directory.runningProcess();
      int trials = files.update(journal);
      while (follow && running.isPresent()) {
        Waiting.pause(POLL);
        // Asked before the journal is read, so that nothing written before its end is missed.
        running = directory.runningProcess();
        journal.refresh();
        trials = files.update(journal);
      }
      console.print("%s: event files of %d trials", out, trials);
    }
    console.remark("see them:  tensorboard --logdir %s", out);
    return 0;
  }
}
