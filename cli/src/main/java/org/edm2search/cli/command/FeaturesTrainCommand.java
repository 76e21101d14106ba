package org.edm2search.cli.command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.format.FileDataset;
import org.edm2search.data.source.DataChoice;
import org.edm2search.eval.FeatureSpec;
import org.edm2search.eval.fid.FeatureTask;
import org.edm2search.eval.fid.FeatureTraining;
import org.edm2search.eval.fid.TrainedFeatures;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a small classifier on the user's images, for features. */
@Command(
    name = "train",
    description = {
      "Train a small classifier on images; its last hidden layer are the features.",
      "It learns to tell the labels apart or, of images without, by how many quarter turns and, of"
          + " colour images, by which exchange of red, green and blue they were changed. Unlike the"
          + " built-in features these see colour, and images of up to 64x64 as they are. A tenth of"
          + " the images is held out, to say how much was learnt.",
      "In a campaign: 'evaluation: {features: NAME}', or the file."
    },
    footer = {
      "  edm2-search features train photos-64.zip --name photos",
      "  edm2-search evaluate checkpoint.safetensors --protocol photos.yaml --features photos",
      "  edm2-search features train photos-64.zip --task changes --out photos.safetensors"
    })
final class FeaturesTrainCommand implements Callable<Integer> {

  private static final long MOST_IMAGES = 1_000_000_000;

  private final Console console;

  @Parameters(
      paramLabel = "DATASET",
      description = "A directory or archive, as data sets are given, or fashion-mnist:32.")
  private String dataset;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "What the features are called, and found by. Default: the name of the data set's file.")
  private String name;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "A .safetensors file to write. Default: one in the user's cache, found by name.")
  private Path out;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description =
          "What is learnt: ${COMPLETION-CANDIDATES}. Default: labels where there are two or more.")
  private FeatureTask task;

  @Option(
      names = "--channels",
      paramLabel = "N",
      description = "1 to see grey, 3 to see colour. Default: as the images are.")
  private Integer channels;

  @Option(
      names = "--images",
      paramLabel = "N",
      description =
          "Images seen in training, each counted every time. Default: 180000, or 60 times all.")
  private Long images;

  @Option(
      names = "--halvings",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Also show images halved up to N times, so that the features serve smaller ones; they see"
              + " less blur. Default: ${DEFAULT-VALUE}.")
  private int halvings;

  @Option(
      names = "--held-out",
      paramLabel = "DATASET",
      description = "Held-out images. Default: a tenth of the data set, which is not trained on.")
  private String heldOut;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Of weights and order. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public FeaturesTrainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    requireOptions();
    String called = name == null ? nameOf(dataset) : name;
    try {
      TrainedFeatures.requireName(called);
    } catch (IllegalArgumentException e) {
      throw new InvalidUseException("--name: " + e.getMessage(), e);
    }
    if (FeatureSpec.RESERVED.contains(called)) {
      throw new InvalidUseException("--name: '%s' is taken by the program".formatted(called));
    }
    FeatureTraining training =
        new FeatureTraining(
            open(dataset),
            Optional.ofNullable(heldOut).map(this::open),
            new FeatureTraining.Settings(
                Optional.ofNullable(task),
                Optional.ofNullable(channels),
                Optional.ofNullable(images),
                halvings,
                seed));
    LiveLine line = new LiveLine(console, System::nanoTime);
    TrainedFeatures features =
        training.train(
            called,
            (seen, total) -> {
              if (line.due()) {
                line.show(String.format(Locale.ROOT, "%,d/%,d images seen", seen, total));
              }
            });
    line.clear();
    Path file = out == null ? FeatureSpec.Trained.file(called) : out;
    features.write(file);
    print(features, file);
    return 0;
  }

  private void requireOptions() {
    if (channels != null && channels != 1 && channels != 3) {
      throw new InvalidUseException("--channels must be 1 or 3, but is " + channels);
    }
    if (images != null && (images < 1 || images > MOST_IMAGES)) {
      throw new InvalidUseException(
          "--images must be between 1 and %d, but is %d".formatted(MOST_IMAGES, images));
    }
    InvalidUseException.requireBetween("--halvings", halvings, 0, 4);
    if (out != null && !out.toString().endsWith(".safetensors")) {
      throw new InvalidUseException(
          "--out must name a .safetensors file, but is '%s'".formatted(out));
    }
  }

  private static String nameOf(String dataset) {
    Path last = Path.of(dataset).toAbsolutePath().normalize().getFileName();
    return last == null ? "features" : last.toString().replaceFirst("[.:][^.:]*$", "");
  }

  private ImageDataset open(String named) {
    Optional<ImageDataset> builtIn = FeatureSource.builtIn(named);
    return builtIn.orElseGet(
        () ->
            Checkpoints.load(DataChoice.ofFiles(Path.of(named), FileDataset.Request.ANY), console));
  }

  private void print(TrainedFeatures features, Path file) {
    double chance = 1.0 / features.answers();
    if (json) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("file", file.toString());
      answer.put("name", features.name());
      answer.put("task", features.task().toString());
      answer.put("sees", features.sees());
      answer.put("accuracy", features.accuracy());
      answer.put("chance", chance);
      answer.put("held_out_images", features.heldOut());
      console.printJson(answer);
      return;
    }
    console.print("%s", file);
    console.print("sees      %s", features.sees());
    console.print(
        "accuracy  %.1f %% of %,d held-out images, by chance %.1f %% (%s)",
        100 * features.accuracy(), features.heldOut(), 100 * chance, features.task());
    console.remark("in a campaign: 'evaluation: {features: %s}'", out == null ? name() : out);
  }

  private String name() {
    return name == null ? nameOf(dataset) : name;
  }
}
