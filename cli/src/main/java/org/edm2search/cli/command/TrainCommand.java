package org.edm2search.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.source.DataChoice;
import org.edm2search.pipeline.trial.Json;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.cost.CostModel;
import org.edm2search.space.yaml.Section;
import org.edm2search.train.TrainedCandidate;
import org.edm2search.train.Trainer;
import org.edm2search.train.TrainingListener;
import org.edm2search.train.TrainingProgress;
import org.edm2search.train.TrainingRecipe;
import org.edm2search.train.TrainingStoppedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains one architecture. */
@Command(
    name = "train",
    description = {
      "Train one architecture, or go on with it: the same command.",
      "Writes checkpoint.safetensors and snapshots into --out. Ctrl-C saves a checkpoint."
    },
    footer = {
      "  edm2-search train examples/architectures/g-star-16.yaml --flops 1e12 --out g-star",
      "  edm2-search train ARCH.yaml --recipe examples/quickstart.yaml --out trained",
      "  edm2-search evaluate g-star/checkpoint.safetensors"
    })
public final class TrainCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(paramLabel = "ARCH", description = "The architecture's YAML file.")
  private String architecture;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "DIR",
      description = "Directory to write.")
  private Path out;

  @Option(
      names = "--recipe",
      paramLabel = "FILE",
      description =
          "A YAML file with the sections data and training, such as a campaign's; other sections are"
              + " ignored.")
  private Path recipeFile;

  @Option(
      names = "--flops",
      paramLabel = "N",
      description =
          "Training budget without --recipe: 3 x FLOPs of the network x images. Default: 1e12.")
  private String flops;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of weights, order and noise. Default: 0.")
  private long seed;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  public TrainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    ArchitectureSpec spec = Architectures.named(architecture, console);
    if (recipeFile != null && flops != null) {
      throw new InvalidUseException("--recipe and --flops exclude each other");
    }
    DataChoice data;
    TrainingRecipe recipe;
    if (recipeFile == null) {
      data = DataChoice.builtIn(spec.imgResolution(), spec.labelDim() > 0);
      recipe =
          TrainingRecipe.read(
              Section.of(Map.of("flops", flops == null ? "1e12" : flops), "--flops"));
    } else {
      Section file = Section.load(recipeFile);
      data = DataChoice.read(file.section("data"));
      recipe = TrainingRecipe.read(file.section("training"));
    }
    long total;
    try {
      total = recipe.images(CostModel.of(spec));
    } catch (IllegalArgumentException e) {
      throw new InvalidUseException(e.getMessage(), e);
    }
    ImageDataset images = Checkpoints.load(data, console);
    requireFit(spec, images);
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new InvalidUseException(out + " exists and is not a directory");
    }
    return train(spec, recipe, images, total);
  }

  private static void requireFit(ArchitectureSpec spec, ImageDataset images) {
    boolean fits =
        spec.imgResolution() == images.resolution()
            && spec.imgChannels() == images.channels()
            && (spec.labelDim() == 0 || spec.labelDim() == images.classes().size());
    if (!fits) {
      throw new InvalidUseException(
          "the network takes %d x %d images of %d channels and %d classes, but %s has %d x %d, %d and %d"
              .formatted(
                  spec.imgResolution(),
                  spec.imgResolution(),
                  spec.imgChannels(),
                  spec.labelDim(),
                  images.name(),
                  images.resolution(),
                  images.resolution(),
                  images.channels(),
                  images.classes().size()));
    }
  }

  private int train(ArchitectureSpec spec, TrainingRecipe recipe, ImageDataset images, long total) {
    LiveLine line = new LiveLine(console, System::nanoTime);
    StopRequest stop = new StopRequest();
    Interruption interruption = Interruption.handle(console, stop::request);
    console.remark("training on %,d images (%s), to %s", total, images.name(), out);
    try {
      TrainedCandidate trained =
          new Trainer(recipe, images, seed).train(spec, out, listener(line, stop));
      line.clear();
      print(trained);
      return 0;
    } catch (TrainingStoppedException e) {
      line.clear();
      console.remark("%s; the same command goes on", e.getMessage());
      return interruption.exitCode(1);
    }
  }

  private TrainingListener listener(LiveLine line, StopRequest stop) {
    return new TrainingListener() {
      @Override
      public void warned(String message) {
        line.clear();
        console.remark("warning: %s", message);
      }

      @Override
      public void stepped(TrainingProgress now) {
        if (line.due()) {
          line.show(
              String.format(
                  Locale.ROOT,
                  "%s/%s images  loss %.4f  %s images/s  %s left",
                  Amounts.count(now.images()),
                  Amounts.count(now.totalImages()),
                  now.loss(),
                  Amounts.count(Math.rint(now.imagesPerSecond())),
                  Amounts.duration((now.totalImages() - now.images()) / now.imagesPerSecond())));
        }
      }

      @Override
      public boolean stopRequested() {
        return stop.requested();
      }
    };
  }

  private void print(TrainedCandidate trained) {
    Path checkpoint = out.resolve("checkpoint.safetensors");
    double loss =
        trained.losses().isEmpty()
            ? Double.NaN
            : trained.losses().get(trained.losses().size() - 1).loss();
    if (json) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("checkpoint", checkpoint.toString());
      answer.put("images", trained.images());
      answer.put("seconds", trained.seconds());
      answer.put("loss", loss);
      answer.put(
          "training_flops",
          TrainingRecipe.spent(CostModel.of(trained.architecture()), trained.images()));
      console.printText(Json.write(answer));
    } else {
      console.print(
          "trained on %,d images in %s, loss %.4f: %s",
          trained.images(), Amounts.duration(trained.seconds()), loss, checkpoint);
    }
  }
}
