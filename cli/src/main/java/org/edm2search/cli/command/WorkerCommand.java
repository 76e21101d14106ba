package org.edm2search.cli.command;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.edm2search.campaign.worker.Worker;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.Logs;
import org.edm2search.data.DatasetProgress;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.pipeline.trial.TrainAndScore;
import org.edm2search.pipeline.trial.TrainOn;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** Runs trials for the {@code run} command, which starts it. */
@Command(
    name = "worker",
    hidden = true,
    description = "Run trials for 'run', which starts this and speaks with it.")
public final class WorkerCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(paramLabel = "FILE", description = "The campaign's YAML file.")
  private Path file;

  @Option(names = "--log", required = true, paramLabel = "FILE", description = "Where to log.")
  private Path log;

  @Mixin private FeatureFileOption features;

  @Option(names = "--measure", description = "Only train, until stopped.")
  private boolean measure;

  public WorkerCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    // Ctrl-C reaches every process of the terminal; what to do about it is the campaign's decision.
    Signal.handle(new Signal("INT"), SignalHandler.SIG_IGN);
    Signal.handle(new Signal("TERM"), SignalHandler.SIG_IGN);
    Logs.to(log);
    Worker worker =
        new Worker(
            new FileInputStream(FileDescriptor.in),
            console.out(),
            // No exit: that would wait for shutdown hooks, and a trial may be running.
            () -> Runtime.getRuntime().halt(0));
    worker.serve(
        () -> {
          CampaignSettings settings = CampaignSettings.load(file, DatasetProgress.NONE);
          return measure ? new TrainOn(settings) : new TrainAndScore(settings, features.files());
        });
    return 0;
  }
}
