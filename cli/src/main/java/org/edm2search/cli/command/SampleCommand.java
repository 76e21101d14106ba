package org.edm2search.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.edm2search.cli.output.Console;
import org.edm2search.data.ImageBatch;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.Evaluator;
import org.edm2search.eval.ImageGrid;
import org.edm2search.eval.ImageShape;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.model.checkpoint.SamplerConfig;
import org.edm2search.model.sampling.Sampling;
import org.edm2search.pipeline.trial.ImageSource;
import org.edm2search.pipeline.trial.TrainedModel;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.Section;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws images. */
@Command(
    name = "sample",
    description =
        "Draw images from an exported bundle or a checkpoint into a PNG grid: a class a column, or"
            + " ten columns without classes.",
    footer = {
      "  edm2-search sample best-model --out grid.png",
      "  edm2-search sample g-star/checkpoint.safetensors --out grid.png --rows 4 --steps 32",
      "  edm2-search sample best-model --out grid.png --churn 30 --churn-min 0.05 --churn-max 50",
      "  edm2-search sample best-model --out grid.png --guidance 2 --guidance-interval 0.2,5"
    })
public final class SampleCommand implements Callable<Integer> {

  private static final int COLUMNS = 10;

  private final Console console;

  @Parameters(paramLabel = "BUNDLE_OR_CHECKPOINT", description = Checkpoints.DESCRIPTION)
  private Path source;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "FILE.png",
      description = "The PNG to write.")
  private Path out;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "8",
      description = "Rows of images. Default: 8.")
  private int rows;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Image i starts from the noise of seed + i. Default: 0.")
  private long seed;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Steps of the sampler. Default: the bundle's, or 18.")
  private Integer steps;

  @Option(
      names = "--ema",
      paramLabel = "LENGTH",
      description = "Length of the averaged weights of a checkpoint. Default: 0.1.")
  private Double ema;

  @Mixin private SamplerOptions sampling;

  @Mixin private DeviceOption device;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public SampleCommand(Console console) {
    this.console = console;
  }

  /** What to draw from, and how. */
  private record Source(ImageSource draw, EvaluationProtocol protocol) {}

  @Override
  public Integer call() throws IOException {
    device.requireUsable();
    InvalidUseException.requireBetween("--rows", rows, 1, 1000);
    requireWritable();
    Source from = ModelBundle.isBundle(source) ? ofBundle() : ofCheckpoint();
    try (ImageSource draw = from.draw()) {
      ArchitectureSpec spec = draw.main().architecture();
      ImageShape shape = new ImageShape(spec.imgChannels(), spec.imgResolution(), spec.labelDim());
      ImageBatch images =
          new Evaluator(from.protocol(), shape).grid(draw.denoiser(), rows, COLUMNS);
      requireNumbers(images);
      write(ImageGrid.png(images, images.count() / rows));
      print(images, from.protocol());
    }
    return 0;
  }

  /** Refuses the place before images are drawn for it. */
  private void requireWritable() {
    if (Files.isDirectory(out)) {
      throw new InvalidUseException(
          "--out must be a file, but %s is a directory; name one in it: %s"
              .formatted(out, out.resolve("grid.png")));
    }
    Path folder = out.toAbsolutePath().getParent();
    if (folder != null && Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new InvalidUseException("--out: %s is a file, not a directory".formatted(folder));
    }
  }

  /** A picture of what is no number would show black, and look like a result. */
  private void requireNumbers(ImageBatch images) {
    for (float value : images.pixels()) {
      if (!Float.isFinite(value)) {
        throw new Edm2SearchException(
            ("%s: the network draws values that are no numbers: its weights hold NaN or infinity,"
                    + " as after a training that diverged; nothing was written")
                .formatted(source));
      }
    }
  }

  private Source ofBundle() {
    if (ema != null) {
      throw new InvalidUseException("--ema is for checkpoints; a bundle has its averaged weights");
    }
    ModelBundle bundle = read(source);
    SamplerConfig sampler = bundle.sampler();
    EvaluationProtocol own = EvaluationProtocol.drawing(drawnBy(sampler.sampling()), seed);
    EvaluationProtocol protocol = sampling.applyTo(own);
    SamplerOptions.warnOfUntrained(console, protocol, sampler.labelDropout());
    return new Source(Checkpoints.open(() -> ImageSource.of(bundle, protocol)), protocol);
  }

  private Sampling drawnBy(Sampling own) {
    try {
      return steps == null ? own : own.withSteps(steps);
    } catch (IllegalArgumentException e) {
      throw new InvalidUseException("--steps: " + e.getMessage(), e);
    }
  }

  private static ModelBundle read(Path directory) {
    try {
      return ModelBundle.read(directory);
    } catch (Edm2SearchException e) {
      throw new InvalidUseException(e.getMessage(), e);
    }
  }

  private Source ofCheckpoint() {
    Map<String, String> keys = new LinkedHashMap<>();
    if (steps != null) {
      keys.put("steps", steps.toString());
    }
    if (ema != null) {
      keys.put("ema", ema.toString());
    }
    keys.put("seed", Long.toString(seed));
    EvaluationProtocol protocol =
        sampling.applyTo(EvaluationProtocol.read(Section.of(keys, "sample")));
    TrainedModel model = Checkpoints.read(source, null, console);
    if (ema != null && model instanceof TrainedModel.Fixed) {
      throw new InvalidUseException("--ema is for checkpoints; weights alone are averaged already");
    }
    SamplerOptions.warnOfUntrained(console, protocol, model.labelDropout());
    return new Source(Checkpoints.open(() -> ImageSource.of(model, protocol)), protocol);
  }

  private void write(byte[] png) throws IOException {
    Path folder = out.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Files.write(out, png);
  }

  private void print(ImageBatch images, EvaluationProtocol protocol) {
    if (json) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("file", out.toString());
      answer.put("images", images.count());
      answer.put("steps", protocol.sampling().schedule().steps());
      answer.put("network_evaluations_per_sample", protocol.sampling().evaluations());
      console.printJson(answer);
    } else {
      console.print("%d images: %s", images.count(), out);
    }
  }
}
