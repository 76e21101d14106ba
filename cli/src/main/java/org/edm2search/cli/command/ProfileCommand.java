package org.edm2search.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.model.profile.NetworkProfile;
import org.edm2search.model.profile.Pass;
import org.edm2search.model.profile.PassResult;
import org.edm2search.model.profile.ProfileListener;
import org.edm2search.model.profile.ProfileProcess;
import org.edm2search.model.profile.Repetition;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.cost.CostModel;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures what architectures take on this machine. */
@Command(
    name = "profile",
    description = {
      "Measure architectures side by side on this machine: latency of one image, throughput of a"
          + " batch, memory, and the FLOP/s they reach beside a plain matrix product's. Ratios are"
          + " to the first.",
      "Each measurement is a process of its own with random weights. A batch that does not fit in"
          + " 60 %% of the machine's memory is halved until it does. One multiply-add = 1 FLOP."
    },
    footer = {
      "  edm2-search profile examples/architectures/g-star-16.yaml",
      "  edm2-search profile A 'G*' --runs 10          the paper's networks at full size",
      "  edm2-search profile ONE.yaml OTHER.yaml --train --csv > profile.csv"
    })
public final class ProfileCommand implements Callable<Integer> {

  private static final int MOST_RUNS = 100_000;
  private static final int LARGEST_BATCH = 65_536;
  private static final int MOST_THREADS = 4096;
  private static final double LONGEST_SECONDS = 1e6;

  private final Console console;

  @Parameters(arity = "1..*", paramLabel = "ARCH", description = Architectures.DESCRIPTION)
  private List<String> architectures;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "32",
      description = "Images at once for throughput and training. Default: 32.")
  private int batch;

  @Option(names = "--latency-only", description = "Measure one image at once and nothing else.")
  private boolean latencyOnly;

  @Option(
      names = "--train",
      description = "Also time the loss and its gradients on a batch, without the optimizer.")
  private boolean train;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "20",
      description = "Timed runs of each kind, after one that is not timed. Default: 20.")
  private int runs;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "30",
      description = "Begin no further run of a kind after so long. Default: 30.")
  private double seconds;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of the numerical library. Default: OMP_NUM_THREADS, or all cores.")
  private Integer threads;

  @ArgGroup private Format format = new Format();

  private static final class Format {
    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(names = "--csv", description = "Print CSV: a line for each measurement.")
    private boolean csv;
  }

  public ProfileCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    InvalidUseException.requireBetween("--batch", batch, 1, LARGEST_BATCH);
    InvalidUseException.requireBetween("--runs", runs, 1, MOST_RUNS);
    if (!(seconds >= 0 && seconds <= LONGEST_SECONDS)) {
      throw new InvalidUseException("--seconds must be between 0 and 1000000, but is " + seconds);
    }
    int numericalThreads = threads == null ? defaultThreads() : threads;
    InvalidUseException.requireBetween("--threads", numericalThreads, 1, MOST_THREADS);
    if (latencyOnly && train) {
      throw new InvalidUseException("--latency-only and --train exclude each other");
    }
    Map<String, ArchitectureSpec> named = new LinkedHashMap<>();
    for (String architecture : architectures) {
      named.put(architecture, Architectures.named(architecture, console));
    }
    ProfileReport report = measure(named, numericalThreads);
    if (format.json) {
      console.printJson(report.json());
    } else if (format.csv) {
      console.out().print(report.csv());
    } else {
      console.printText(ProfileText.of(report));
    }
    return report.complete() ? 0 : 1;
  }

  private static int defaultThreads() {
    String set = System.getenv().getOrDefault("OMP_NUM_THREADS", "");
    return set.matches("[1-9]\\d{0,3}")
        ? Integer.parseInt(set)
        : Runtime.getRuntime().availableProcessors();
  }

  private List<Pass> passes() {
    List<Pass> passes = new ArrayList<>();
    passes.add(new Pass(Pass.Kind.DENOISING, 1));
    if (!latencyOnly && batch > 1) {
      passes.add(new Pass(Pass.Kind.DENOISING, batch));
    }
    if (train) {
      passes.add(new Pass(Pass.Kind.TRAINING, batch));
    }
    return passes;
  }

  private ProfileReport measure(Map<String, ArchitectureSpec> named, int numericalThreads) {
    LiveLine line = new LiveLine(console, System::nanoTime);
    try {
      double peak =
          new ProfileProcess(numericalThreads, listener(line, "machine")).matrixMultiplyPeak();
      List<NetworkProfile> profiles = new ArrayList<>();
      named.forEach(
          (name, architecture) -> {
            ProfileProcess process =
                new ProfileProcess(numericalThreads, listener(line, shortName(name)));
            List<PassResult> results =
                passes().stream().map(pass -> measure(process, architecture, pass)).toList();
            profiles.add(
                new NetworkProfile(
                    shortName(name), architecture, CostModel.of(architecture), results));
          });
      return new ProfileReport(numericalThreads, peak, profiles);
    } finally {
      line.clear();
    }
  }

  private PassResult measure(ProfileProcess process, ArchitectureSpec architecture, Pass pass) {
    try {
      return PassResult.of(
          pass, process.measure(architecture, pass, new Repetition(runs, seconds)));
    } catch (Edm2SearchException e) {
      return PassResult.failed(pass, e.getMessage());
    }
  }

  /** A file's name without folder and extension. */
  private static String shortName(String fileOrPreset) {
    return Path.of(fileOrPreset).getFileName().toString().replaceFirst("\\.ya?ml$", "");
  }

  private static ProfileListener listener(LiveLine line, String subject) {
    return (step, elapsed) -> {
      if (line.due()) {
        line.show("%s: %s  %s".formatted(subject, step, Amounts.clock(elapsed)));
      }
    };
  }
}
