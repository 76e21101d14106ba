package org.edm2search.cli.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.Json;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.eval.FeatureSpec;
import org.edm2search.eval.fid.FeatureStatistics;
import org.edm2search.eval.fid.FrechetDistance;
import org.edm2search.eval.inception.InceptionWeights;
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
          + " 'edm2-search weights'."
    },
    footer = {
      "  edm2-search fid generated-images/ dataset-images/ --features inception",
      "  edm2-search fid generated-images/ fashion-mnist:16",
      "  edm2-search fid fashion-mnist-test:16 fashion-mnist:16      what perfect images score",
      "  edm2-search fid features.safetensors:generated features.safetensors:real"
    })
public final class FidCommand implements Callable<Integer> {

  private static final String SOURCE =
      "A directory of images, a data set such as fashion-mnist:16 (fashion-mnist-test:16 are its"
          + " held-out images), or FILE.safetensors:TENSOR, features of shape [N, D].";

  private final Console console;

  @Parameters(index = "0", paramLabel = "A", description = SOURCE)
  private String first;

  @Parameters(index = "1", paramLabel = "B", description = "The same.")
  private String second;

  @Option(
      names = "--features",
      paramLabel = "NAME",
      defaultValue = "builtin",
      description =
          "What images are measured in: builtin, inception or FILE.onnx. Default:"
              + " ${DEFAULT-VALUE}.")
  private String features;

  @Mixin private FeatureFileOption featureFile;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public FidCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    LiveLine line = new LiveLine(console, System::nanoTime);
    try (OpenFeatures open =
        new OpenFeatures(FeatureSpec.named(features), featureFile.files(), line)) {
      print(FeatureSource.named(first, open), FeatureSource.named(second, open));
    }
    return 0;
  }

  private void print(FeatureSource a, FeatureSource b) {
    FeatureStatistics left = a.statistics();
    FeatureStatistics right = b.statistics();
    if (left.dimensions() != right.dimensions()) {
      throw new InvalidUseException(
          "both must have features of one kind, but they have %d and %d dimensions"
              .formatted(left.dimensions(), right.dimensions()));
    }
    double distance = FrechetDistance.between(left, right);
    String name =
        a.extractor().equals(b.extractor())
            ? "%s (%s)".formatted(InceptionWeights.distanceName(a.extractor()), a.extractor())
            : "FD (%s against %s)".formatted(a.extractor(), b.extractor());
    if (json) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("distance", distance);
      answer.put("name", name);
      answer.put("count_a", left.count());
      answer.put("count_b", right.count());
      console.printText(Json.write(answer));
    } else {
      console.print("%.6f  %s, %,d and %,d images", distance, name, left.count(), right.count());
    }
  }
}
