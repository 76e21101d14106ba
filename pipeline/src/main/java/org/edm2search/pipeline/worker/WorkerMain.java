package org.edm2search.pipeline.worker;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.edm2search.campaign.Objective;
import org.edm2search.campaign.TrialFailedException;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.worker.Worker;
import org.edm2search.data.DatasetProgress;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.reference.ReferenceStore;
import org.edm2search.model.device.Device;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.pipeline.trial.EndlessTraining;
import org.edm2search.pipeline.trial.FeatureFiles;
import org.edm2search.pipeline.trial.TrainAndScore;
import org.edm2search.pipeline.trial.TrialFailures;
import org.slf4j.LoggerFactory;

/**
 * A process that runs trials for the campaign that started it: takes orders on standard input and
 * gives news on standard output.
 */
public final class WorkerMain {

  /** Names the weights of features that do not come with the program. */
  static final String FEATURES_FILE = "--features-file";

  /** Gives the digest the data set must have: on another machine there may be another one. */
  public static final String DATA = "--data";

  /** Only computes what the campaign's images are compared with, keeps that, and ends. */
  public static final String REFERENCE = "--reference";

  /** Only trains, until it is stopped. */
  static final String MEASURE = "--measure";

  private WorkerMain() {}

  /** Arguments: the campaign's YAML file, the log file, then options. */
  public static void main(String[] arguments) {
    // Ctrl-C and the end of a terminal reach all its processes; what to do about it is the
    // campaign's decision.
    Signals.ignore();
    FileOutputStream news = new FileOutputStream(FileDescriptor.out);
    System.setOut(
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
    ServiceLoader.load(WorkerLog.class).findFirst().ifPresent(log -> log.to(Path.of(arguments[1])));
    if (Arrays.asList(arguments).contains(REFERENCE)) {
      keepReference(arguments);
      return;
    }
    // No exit: that would wait for shutdown hooks, and a trial may be running.
    Worker worker =
        new Worker(
            new FileInputStream(FileDescriptor.in), news, () -> Runtime.getRuntime().halt(0));
    try {
      worker.serve(() -> TrialFailures.named(() -> objective(arguments)));
    } catch (RuntimeException | Error e) {
      LoggerFactory.getLogger(WorkerMain.class).error("the worker ends", e);
      Runtime.getRuntime().halt(1);
    }
  }

  private static void keepReference(String[] arguments) {
    CampaignSettings settings = CampaignSettings.load(Path.of(arguments[0]), DatasetProgress.NONE);
    ReferenceStore store = ReferenceStore.ofCampaign(settings.config().directory().path());
    try (FeatureExtractor extractor =
        features(options(arguments)).open(settings.protocol().features(), bytes -> {})) {
      store.statistics(settings.images(), extractor, images -> {});
      store.sample(settings.images(), extractor, images -> {});
    }
  }

  private static List<String> options(String[] arguments) {
    return Arrays.asList(arguments).subList(2, arguments.length);
  }

  private static FeatureFiles features(List<String> options) {
    return FeatureFiles.of(
        option(options, FEATURES_FILE).map(Path::of),
        System.getenv(),
        Path.of(System.getProperty("user.home", ".")));
  }

  private static Objective objective(String[] arguments) {
    // Before the first tensor: what has no kernels for its GPU dies, and says little.
    Device.current();
    CampaignSettings settings = CampaignSettings.load(Path.of(arguments[0]), DatasetProgress.NONE);
    List<String> options = options(arguments);
    option(options, DATA).ifPresent(digest -> requireData(settings, digest));
    if (options.contains(MEASURE)) {
      return new EndlessTraining(settings);
    }
    return new TrainAndScore(settings, features(options));
  }

  private static Optional<String> option(List<String> options, String name) {
    int given = options.indexOf(name);
    return given < 0 ? Optional.empty() : Optional.of(options.get(given + 1));
  }

  private static void requireData(CampaignSettings settings, String digest) {
    if (!settings.images().digest().equals(digest)) {
      throw new TrialFailedException(
          FailureKind.DATA,
          ("the data set's digest is %s on this machine, but %s where the campaign runs; give all"
                  + " machines the same files")
              .formatted(settings.images().digest(), digest));
    }
  }
}
