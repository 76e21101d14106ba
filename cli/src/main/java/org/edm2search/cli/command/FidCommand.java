package org.edm2search.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.eval.FeatureSpec;
import org.edm2search.eval.Reference;
import org.edm2search.eval.fid.Estimate;
import org.edm2search.eval.fid.FeatureStatistics;
import org.edm2search.eval.fid.FrechetDistance;
import org.edm2search.eval.inception.InceptionWeights;
import org.edm2search.eval.reference.StatisticsFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares two sets of images or features. */
@Command(
    name = "fid",
    description = {
      "Print the Fréchet distance between two sets of images, or of features.",
      "Images go through a feature extractor. With the built-in one the distance is FD (builtin);"
          + " it is FID only with features inception and the canonical weights: see"
          + " 'edm2-search weights'. Statistics of images are kept in the cache directory and found"
          + " again by content."
    },
    footer = {
      "  edm2-search fid generated-images/ dataset-images/ --features inception",
      "  edm2-search fid generated-images/ fashion-mnist:16",
      "  edm2-search fid fashion-mnist-test:16 fashion-mnist:16      what perfect images score",
      "  edm2-search fid features.safetensors:generated features.safetensors:real",
      "  edm2-search fid dataset.zip --features inception --save-statistics dataset.npz",
      "  edm2-search fid generated-images/ dataset.npz --features inception"
    })
public final class FidCommand implements Callable<Integer> {

  private static final String SOURCE =
      "A directory of images or an archive, as data sets are given (such as a zip of EDM2), a data"
          + " set such as fashion-mnist:16 (fashion-mnist-test:16 are its held-out images),"
          + " FILE.safetensors:TENSOR with features of shape [N, D], or statistics: an .npz with mu"
          + " and sigma, or a .safetensors file that --save-statistics wrote.";

  /** What published FIDs are computed from. */
  private static final long USUAL = 50_000;

  private static final int INCEPTION = 2048;

  /** Of the bootstrap. */
  private static final long SEED = 0;

  private final Console console;

  @Parameters(index = "0", paramLabel = "A", description = SOURCE)
  private String first;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "B",
      description = "The same: the reference. Not needed with --save-statistics.")
  private String second;

  @Option(
      names = "--save-statistics",
      paramLabel = "FILE",
      description =
          "Write the statistics of A: an .npz with mu and sigma for NumPy, or a .safetensors file,"
              + " which also remembers the features.")
  private Path saved;

  @Option(
      names = "--features",
      paramLabel = "NAME",
      defaultValue = "builtin",
      description =
          "What images are measured in: builtin, inception, a name or file of features train, or FILE.onnx. Default:"
              + " ${DEFAULT-VALUE}.")
  private String features;

  @Mixin private FeatureFileOption featureFile;

  @Option(
      names = "--interval",
      description =
          "Also print the 95 %% interval of the distance over draws of A's images, whose features are"
              + " computed anew for it.")
  private boolean interval;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public FidCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    requireWork();
    LiveLine line = new LiveLine(console, System::nanoTime);
    try (OpenFeatures open =
        new OpenFeatures(FeatureSpec.named(features), featureFile.files(), line)) {
      FeatureSource a = FeatureSource.named(first, open, interval);
      requireRows(a);
      if (saved != null) {
        StatisticsFile.write(saved, new Reference(first, a.extractor(), a.statistics()));
        console.remark("statistics of %s: %s", counted(a.statistics()), saved);
        if (json && second == null) {
          printSaved(a);
        }
      }
      if (second != null) {
        print(a, FeatureSource.named(second, open, false));
      }
    }
    return 0;
  }

  private void requireWork() {
    if (second == null && saved == null) {
      throw new InvalidUseException("give B, or a file for the statistics by --save-statistics");
    }
    if (saved != null && !saved.toString().matches(".*\\.(npz|safetensors)")) {
      throw new InvalidUseException(
          "--save-statistics must name an .npz or .safetensors file, but is '%s'".formatted(saved));
    }
  }

  private void requireRows(FeatureSource a) {
    if (interval && a.rows().isEmpty()) {
      throw new InvalidUseException(
          "--interval needs images or features, but %s holds statistics".formatted(first));
    }
  }

  private void printSaved(FeatureSource a) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("statistics", saved.toString());
    answer.put("features", a.extractor());
    answer.put("count_a", count(a.statistics()));
    answer.put("dimensions", a.statistics().dimensions());
    console.printJson(answer);
  }

  private void print(FeatureSource a, FeatureSource b) {
    FeatureStatistics left = a.statistics();
    FeatureStatistics right = b.statistics();
    if (left.dimensions() != right.dimensions()) {
      throw new InvalidUseException(
          "both must have features of one kind, but they have %d and %d dimensions"
              .formatted(left.dimensions(), right.dimensions()));
    }
    Estimate distance = distance(a, right);
    String name = name(a, b);
    List<String> warnings = warnings(a, b);
    if (json) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("distance", distance.value());
      if (distance.hasDeviation()) {
        answer.put("standard_deviation", distance.standardDeviation());
        answer.put("low", distance.low());
        answer.put("high", distance.high());
      }
      answer.put("name", name);
      answer.put("count_a", count(left));
      answer.put("count_b", count(right));
      answer.put("dimensions", left.dimensions());
      answer.put("warnings", warnings);
      console.printJson(answer);
    } else {
      console.print(
          "%.6f%s  %s, %s and %s",
          distance.value(),
          distance.hasDeviation()
              ? String.format(
                  Locale.ROOT, " (95 %% interval %.6f to %.6f)", distance.low(), distance.high())
              : "",
          name,
          counted(left),
          counted(right));
      warnings.forEach(warning -> console.remark("warning: %s", warning));
    }
  }

  private Estimate distance(FeatureSource a, FeatureStatistics reference) {
    FrechetDistance distance = new FrechetDistance(reference);
    return a.rows()
        .filter(rows -> interval)
        .map(rows -> distance.estimate(rows, SEED))
        .orElseGet(() -> new Estimate(distance.of(a.statistics()), Double.NaN));
  }

  /** Returns the name of the distance, such as {@code FID@50000 (inception)}. */
  private static String name(FeatureSource a, FeatureSource b) {
    long count = a.statistics().count();
    String number = count == FeatureStatistics.UNKNOWN ? "" : "@" + count;
    return a.extractor().equals(b.extractor())
        ? "%s%s (%s)".formatted(InceptionWeights.distanceName(a.extractor()), number, a.extractor())
        : "FD%s (%s against %s)".formatted(number, a.extractor(), b.extractor());
  }

  private static @Nullable Long count(FeatureStatistics statistics) {
    return statistics.count() == FeatureStatistics.UNKNOWN ? null : statistics.count();
  }

  private static String counted(FeatureStatistics statistics) {
    return statistics.count() == FeatureStatistics.UNKNOWN
        ? "an unknown number of images"
        : String.format(Locale.ROOT, "%,d images", statistics.count());
  }

  private static List<String> warnings(FeatureSource a, FeatureSource b) {
    List<String> warnings = new ArrayList<>();
    for (FeatureSource side : List.of(a, b)) {
      FeatureStatistics statistics = side.statistics();
      if (statistics.count() != FeatureStatistics.UNKNOWN
          && statistics.count() <= statistics.dimensions()) {
        warnings.add(
            String.format(
                Locale.ROOT,
                "%,d images do not span %,d features: their covariance is singular, and the distance"
                    + " says more of their number than of the images",
                statistics.count(),
                statistics.dimensions()));
      }
    }
    long count = a.statistics().count();
    boolean published = a.statistics().dimensions() == INCEPTION;
    if (published && count != FeatureStatistics.UNKNOWN && count != USUAL) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "published FIDs are of %,d generated images: a distance of %,d compares with none",
              USUAL,
              count));
    }
    return warnings;
  }
}
