package org.edm2search.cli.command;

import java.util.OptionalInt;
import java.util.function.BiFunction;
import org.edm2search.campaign.Campaign;
import org.edm2search.campaign.CampaignListener;
import org.edm2search.campaign.CampaignResult;
import org.edm2search.campaign.ClusterSettings;
import org.edm2search.campaign.ExecutorSettings;
import org.edm2search.campaign.TrialExecutor;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.pipeline.trial.TrainAndScore;
import org.edm2search.pipeline.worker.ClusterEngine;
import org.edm2search.pipeline.worker.Layout;
import org.edm2search.pipeline.worker.Machine;
import org.edm2search.pipeline.worker.Workers;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the trials of a command run. */
final class WorkersOption {

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Trials to run at a time, each in a process of its own: 1 to 64, or auto, which measures"
              + " what is fastest. Default: the file's executor.workers.")
  private String workers;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print no progress.")
  private boolean quiet;

  @Mixin private FeatureFileOption features;

  @Mixin private DeviceOption device;

  boolean quiet() {
    return quiet;
  }

  FeatureFileOption features() {
    return features;
  }

  /** Refuses what is no number of workers and what is no device, before anything is read. */
  void requireValid() {
    given();
    device.requireUsable();
  }

  private OptionalInt given() {
    if (workers == null || workers.equals(ExecutorSettings.AUTO)) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(ExecutorSettings.parseWorkers(workers));
    } catch (IllegalArgumentException e) {
      throw new InvalidUseException("--" + e.getMessage(), e);
    }
  }

  /** Returns what all scores of a campaign depend on. */
  Provenance environment(CampaignSettings settings) {
    try (TrainAndScore objective = new TrainAndScore(settings, features.files())) {
      return objective.environment();
    }
  }

  /**
   * Starts the workers of an open campaign, and ends them after its run.
   *
   * @param left trials still to be run, about
   * @param run runs trials, telling the listener
   */
  CampaignResult run(
      CampaignSettings settings,
      Campaign campaign,
      int left,
      LiveLine line,
      BiFunction<TrialExecutor, CampaignListener, CampaignResult> run) {
    if (settings.config().executor().cluster().isPresent()) {
      return onCluster(settings, settings.config().executor().cluster().get(), line, run);
    }
    Workers pool =
        new Workers(settings, features.files(), Machine.here(System.getenv()), device.gpus());
    Layout layout =
        pool.layout(
            workers == null ? settings.config().executor().workers() : given(),
            left,
            listener(line),
            campaign::stopRequested);
    try (TrialExecutor executor = pool.executor(layout)) {
      return run.apply(
          executor, quiet ? CampaignListener.NONE : new RunReport(line, layout.workers()));
    }
  }

  private CampaignResult onCluster(
      CampaignSettings settings,
      ClusterSettings cluster,
      LiveLine line,
      BiFunction<TrialExecutor, CampaignListener, CampaignResult> run) {
    if (workers != null) {
      throw new InvalidUseException(
          "--workers is for one machine, but the campaign's executor.kind is spark; change its"
              + " executor.workers");
    }
    if (!quiet) {
      line.show("connecting to %s ...".formatted(cluster.master()));
    }
    try (TrialExecutor executor = ClusterEngine.find().executor(settings, features.files())) {
      return run.apply(
          executor, quiet ? CampaignListener.NONE : new RunReport(line, executor.slots()));
    }
  }

  private Workers.Listener listener(LiveLine line) {
    return new Workers.Listener() {
      @Override
      public void measuring(Layout layout) {
        if (!quiet) {
          line.show("measuring %s ...".formatted(layout));
        }
      }

      @Override
      public void chosen(String words) {
        if (!quiet) {
          line.print(words);
        }
      }
    };
  }
}
