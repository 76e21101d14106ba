package org.edm2search.pipeline.worker;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.TrialExecutor;
import org.edm2search.campaign.worker.WorkerExecutor;
import org.edm2search.campaign.worker.WorkerLaunch;
import org.edm2search.model.device.Gpu;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.pipeline.trial.Environment;
import org.edm2search.pipeline.trial.FeatureFiles;

/** The worker processes of a campaign. */
public final class Workers {

  /**
   * Trainings that cost less than this in all, in multiply-adds, end before a measurement would.
   */
  private static final double TOO_SHORT = 2e11;

  /**
   * Options of this JVM that a second one cannot have as well, or that workers have their own of.
   */
  private static final List<String> NOT_INHERITED =
      List.of(
          "-agent",
          "-javaagent",
          "-Xrun",
          "-Xmx",
          "-Xms",
          "-Dorg.bytedeco.javacpp.max",
          "-Dedm2search.terminals",
          "-XX:ErrorFile=",
          "-XX:+ErrorFileToStderr");

  /** Hears how the machine is shared. */
  public interface Listener {
    /** A layout is being measured, for some seconds. */
    void measuring(Layout layout);

    /** A layout was chosen, for reasons in words. */
    void chosen(String words);
  }

  private final CampaignSettings settings;
  private final CampaignDirectory directory;
  private final FeatureFiles features;
  private final Machine machine;
  private final List<Gpu> gpus;

  /**
   * Prepares the workers of an open campaign.
   *
   * @param features files of features that do not come with the program
   * @param gpus which the workers are shared out to; none to compute on the CPU
   */
  public Workers(
      CampaignSettings settings, FeatureFiles features, Machine machine, List<Gpu> gpus) {
    this.settings = settings;
    this.features = features;
    this.directory = settings.config().directory();
    this.machine = machine;
    this.gpus = List.copyOf(gpus);
  }

  /**
   * Returns how the machine is shared: as told, a worker a GPU, as measured by an earlier run, or
   * as measured now.
   *
   * @param wanted workers asked for on the command line or in the file; empty to measure
   * @param trials still to be run
   * @param stop asked while it measures; what it answers then does not matter
   */
  public Layout layout(OptionalInt wanted, int trials, Listener listener, BooleanSupplier stop) {
    if (wanted.isPresent() || trials <= 1) {
      return Layout.of(wanted.orElse(1), machine);
    }
    if (!gpus.isEmpty()) {
      return Layout.of(Math.min(trials, gpus.size()), machine);
    }
    LayoutChoiceFile file = new LayoutChoiceFile(directory.path());
    Optional<LayoutChoice> before = file.read(machine);
    if (before.isPresent()) {
      listener.chosen("as measured before, " + before.get().words());
      return before.get().best();
    }
    if (trials * settings.recipe().multiplyAdds() < TOO_SHORT) {
      return Layout.of(1, machine);
    }
    ThroughputMeasurement measuring =
        new ThroughputMeasurement(settings.space().seed(), this::measuring, stop);
    LayoutChoice choice =
        LayoutChoice.measure(
            machine,
            trials,
            layout -> {
              listener.measuring(layout);
              return measuring.measure(layout);
            });
    if (!stop.getAsBoolean()) {
      file.write(machine, choice);
      listener.chosen(choice.words());
    }
    return choice.best();
  }

  /** Returns the executor of the campaign's trials. */
  public TrialExecutor executor(Layout layout) {
    return executor(layout, List.of());
  }

  private WorkerExecutor measuring(Layout layout) {
    return executor(layout, List.of(WorkerMain.MEASURE));
  }

  private WorkerExecutor executor(Layout layout, List<String> options) {
    return new WorkerExecutor(
        layout.workers(),
        new WorkerLaunch(
            (worker, log) -> words(layout, log, options),
            worker -> environment(worker, layout, gpus),
            directory.logs()),
        Environment.device(layout.threads()),
        settings.config().executor().silence());
  }

  /** Returns the variables of a worker with a number, from 1; GPUs are given out in turn. */
  static Map<String, String> environment(int worker, Layout layout, List<Gpu> gpus) {
    Map<String, String> environment = new HashMap<>();
    environment.put("OMP_NUM_THREADS", Integer.toString(layout.threads()));
    // Not an option: command lines are for people who look at processes.
    environment.put("CLASSPATH", System.getProperty("java.class.path"));
    if (!gpus.isEmpty()) {
      environment.putAll(gpus.get((worker - 1) % gpus.size()).alone());
    }
    return environment;
  }

  private List<String> words(Layout layout, Path log, List<String> options) {
    List<String> inherited = new ArrayList<>();
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (NOT_INHERITED.stream().noneMatch(option::startsWith)) {
        inherited.add(option);
      }
    }
    return new WorkerCommand(
            directory.config(),
            features.inception(),
            settings.config().executor().memoryMebibytes(),
            (machine.memoryBytes() >> 20) / layout.workers(),
            options)
        .words(inherited, log);
  }
}
