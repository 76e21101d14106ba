package org.edm2search.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.edm2search.campaign.report.ReportJson;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.cli.output.TextTable;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.format.FashionMnist;
import org.edm2search.data.format.FileDataset;
import org.edm2search.data.source.DataChoice;
import org.edm2search.eval.Distance;
import org.edm2search.eval.DistanceMeter;
import org.edm2search.eval.Evaluation;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.Evaluator;
import org.edm2search.eval.FeatureSpec;
import org.edm2search.eval.Floor;
import org.edm2search.eval.ImageGrid;
import org.edm2search.eval.ImageShape;
import org.edm2search.eval.Reference;
import org.edm2search.eval.SampleSet;
import org.edm2search.eval.fid.Estimate;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.reference.CopySearch;
import org.edm2search.pipeline.release.RunFiles;
import org.edm2search.pipeline.trial.ImageSource;
import org.edm2search.pipeline.trial.TrainedModel;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.yaml.Section;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Scores a checkpoint. */
@Command(
    name = "evaluate",
    description = {
      "Draw images from a checkpoint's averaged weights and print how far they are from the data"
          + " set's.",
      "Scores compare only under equal protocols: the line that is printed with each."
    },
    footer = {
      "  edm2-search evaluate g-star --samples 5000",
      "  edm2-search evaluate campaigns/quickstart/trials/0003/checkpoint.safetensors \\",
      "      --protocol examples/quickstart.yaml --json",
      "  edm2-search evaluate g-star/checkpoint.safetensors --guidance 1.7 --guide 0.25"
    })
public final class EvaluateCommand implements Callable<Integer> {

  private static final int PAIRS = 32;
  private static final int COLUMNS = 8;

  private final Console console;

  @Parameters(paramLabel = "CHECKPOINT", description = Checkpoints.DESCRIPTION)
  private Path file;

  @Option(
      names = "--protocol",
      paramLabel = "FILE",
      description =
          "A YAML file with a section evaluation, such as a campaign's. Its section data, if there is"
              + " one, names what to compare with; fashion-mnist otherwise. Default: what the"
              + " checkpoint was trained by, with what 'finalists' chose.")
  private Path protocolFile;

  @Option(
      names = "--arch",
      paramLabel = "ARCH",
      description = "The architecture of weights that do not tell it: a YAML file or a preset.")
  private @Nullable String architecture;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Images to draw. Default: the protocol's, or 1000.")
  private Integer samples;

  @Option(
      names = "--floor",
      description = {
        "Also score as many held-out real images: no network can be expected to score lower."
      })
  private boolean floor;

  @Option(
      names = "--memorized",
      description = {
        "Also look for copies: the share of samples that are closer to a training image than all"
            + " but 1 %% of held-out real images. About 0.01 is right. Reads the whole training set."
      })
  private boolean memorized;

  @Option(
      names = "--neighbours",
      paramLabel = "FILE.png",
      description =
          "With --memorized: a picture of the samples closest to a training image, each with that"
              + " image on its right.")
  private Path neighbours;

  @Option(
      names = "--held-out",
      paramLabel = "PATH",
      description =
          "Real images outside the training set for --floor and --memorized: a directory or archive,"
              + " as data sets are given. Default: fashion-mnist's own.")
  private Path heldOut;

  @Option(
      names = "--features",
      paramLabel = "NAME",
      description =
          "builtin, inception, a name or file of features train, or FILE.onnx. Default: the protocol's, or builtin.")
  private String features;

  @Mixin private FeatureFileOption featureFile;

  @Mixin private SamplerOptions sampling;

  @Mixin private DeviceOption device;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    device.requireUsable();
    TrainedModel candidate = Checkpoints.read(file, architecture, console);
    Optional<RunFiles> run =
        protocolFile == null ? RunFiles.find(Checkpoints.directory(file)) : Optional.empty();
    EvaluationProtocol asked = protocol(run);
    SamplerOptions.warnOfUntrained(console, asked, candidate.labelDropout());
    ArchitectureSpec spec = candidate.architecture();
    DataChoice data = data(spec, run);
    requireHeldOut(data);
    Optional<ImageDataset> others = heldOut(spec);
    ImageDataset images = Checkpoints.load(data, console);
    requireFit(spec, images);
    EvaluationProtocol protocol = asked.on(images, spec.labelDim());
    protocol.features().remark(images).ifPresent(remark -> console.remark("%s", remark));
    ImageShape shape = new ImageShape(spec.imgChannels(), spec.imgResolution(), spec.labelDim());
    LiveLine line = new LiveLine(console, System::nanoTime);
    try (OpenFeatures open = new OpenFeatures(protocol.features(), featureFile.files(), line);
        ImageSource draw = Checkpoints.open(() -> ImageSource.of(candidate, protocol))) {
      FeatureExtractor extractor = open.extractor();
      Reference reference = open.of(images);
      DistanceMeter meter = new DistanceMeter(reference.statistics(), open.some(images));
      Evaluator evaluator = new Evaluator(protocol, shape);
      Evaluation evaluation =
          evaluator.evaluate(
              draw.denoiser(),
              extractor,
              reference,
              meter,
              (drawn, total) -> {
                if (line.due()) {
                  line.show("%,d/%,d images drawn".formatted(drawn, total));
                }
              });
      Map<Distance, Estimate> real = Map.of();
      if (floor) {
        List<String> classes = spec.labelDim() == 0 ? List.of() : images.classes();
        Floor bound = evaluator.floor(others.orElseThrow(), classes, extractor, meter);
        real = bound.distances();
        if (bound.repeated() > 0) {
          console.remark(
              "warning: %,d of the %,d real images stand there twice or more: some class has too few"
                  + " held-out images",
              bound.repeated(), bound.images());
        }
      }
      OptionalDouble copies = OptionalDouble.empty();
      OptionalInt trainedOn = OptionalInt.empty();
      if (memorized) {
        CopySearch search =
            CopySearch.of(
                evaluation.features(),
                images,
                others.orElseThrow(),
                extractor,
                done -> {
                  if (line.due()) {
                    line.show(
                        "compared with %,d/%,d training images".formatted(done, images.count()));
                  }
                });
        copies = search.memorizedShare();
        trainedOn = OptionalInt.of(search.trainedOn());
        warnOfTrainedOn(search);
        if (neighbours != null) {
          int[] closest = search.closest(PAIRS);
          write(pairs(evaluator.draw(draw.denoiser(), closest), search.nearest(closest)));
        }
      }
      line.clear();
      print(evaluation, extractor.id(), protocol, real, copies, trainedOn);
    }
    return 0;
  }

  private void warnOfTrainedOn(CopySearch search) {
    int same = search.trainedOn();
    if (same == search.heldOut()) {
      console.remark(
          "warning: all %,d held-out images are training images, pixel for pixel: nothing can be said"
              + " about copies",
          same);
    } else if (same > 0) {
      console.remark(
          "warning: %,d of %,d held-out images are training images, pixel for pixel: memorized leaves"
              + " them out, --floor does not",
          same, search.heldOut());
    }
  }

  /** Returns the held-out images if any are asked for. */
  private Optional<ImageDataset> heldOut(ArchitectureSpec spec) {
    if (!floor && !memorized) {
      return Optional.empty();
    }
    if (heldOut == null) {
      return Optional.of(FashionMnist.load(FashionMnist.Split.TEST, spec.imgResolution()));
    }
    FileDataset.Request request =
        new FileDataset.Request(
            Optional.empty(),
            OptionalInt.of(spec.imgResolution()),
            OptionalInt.of(spec.imgChannels()));
    return Optional.of(Checkpoints.load(DataChoice.ofFiles(heldOut, request), console));
  }

  /** Returns images of two batches in turns. */
  private static ImageBatch pairs(ImageBatch left, ImageBatch right) {
    int size = left.imageSize();
    float[] pixels = new float[2 * left.pixels().length];
    for (int i = 0; i < left.count(); i++) {
      System.arraycopy(left.pixels(), i * size, pixels, 2 * i * size, size);
      System.arraycopy(right.pixels(), i * size, pixels, (2 * i + 1) * size, size);
    }
    return new ImageBatch(
        pixels, new int[2 * left.count()], left.channels(), left.height(), left.width());
  }

  private void write(ImageBatch pairs) {
    try {
      Files.createDirectories(neighbours.toAbsolutePath().getParent());
      Files.write(neighbours, ImageGrid.png(pairs, COLUMNS));
    } catch (IOException e) {
      throw new InvalidUseException("%s: cannot be written: %s".formatted(neighbours, e), e);
    }
    console.remark(
        "%d samples beside their nearest training images: %s", pairs.count() / 2, neighbours);
  }

  /** The protocol file's data set, if it names one. */
  private DataChoice data(ArchitectureSpec spec, Optional<RunFiles> run) {
    Section file =
        protocolFile == null
            ? run.map(RunFiles::recipe).orElseGet(() -> Section.of(Map.of(), ""))
            : Section.load(protocolFile);
    return file.has("data")
        ? DataChoice.read(file.section("data"))
        : DataChoice.builtIn(spec.imgResolution(), spec.labelDim() > 0);
  }

  private void requireHeldOut(DataChoice data) {
    if ((floor || memorized) && heldOut == null && !(data.source() instanceof DataChoice.BuiltIn)) {
      throw new InvalidUseException(
          "--floor and --memorized need held-out images: name them by --held-out");
    }
    if (heldOut != null && !Files.exists(heldOut)) {
      throw new InvalidUseException("--held-out: there is no file '%s'".formatted(heldOut));
    }
    if (heldOut != null && !floor && !memorized) {
      throw new InvalidUseException("--held-out needs --floor or --memorized");
    }
    if (neighbours != null && !memorized) {
      throw new InvalidUseException("--neighbours needs --memorized");
    }
  }

  private static void requireFit(ArchitectureSpec spec, ImageDataset images) {
    if (spec.imgResolution() != images.resolution() || spec.imgChannels() != images.channels()) {
      throw new InvalidUseException(
          "the network draws %d x %d images of %d channels, but %s has %d x %d and %d; name its data set"
                  .formatted(
                      spec.imgResolution(),
                      spec.imgResolution(),
                      spec.imgChannels(),
                      images.name(),
                      images.resolution(),
                      images.resolution(),
                      images.channels())
              + " in a --protocol file");
    }
  }

  private EvaluationProtocol protocol(Optional<RunFiles> run) {
    EvaluationProtocol protocol =
        protocolFile == null
            ? run.map(RunFiles::protocol)
                .orElseGet(() -> EvaluationProtocol.read(Section.of(Map.of(), "evaluation")))
            : EvaluationProtocol.read(Section.load(protocolFile).section("evaluation"));
    if (samples != null) {
      InvalidUseException.requireBetween("--samples", samples, 2, SampleSet.MOST);
      protocol = protocol.with(protocol.set().withCount(samples));
    }
    if (features != null) {
      protocol = protocol.withFeatures(FeatureSpec.named(features));
    }
    return sampling.applyTo(protocol);
  }

  private void print(
      Evaluation evaluation,
      String extractorId,
      EvaluationProtocol protocol,
      Map<Distance, Estimate> real,
      OptionalDouble copies,
      OptionalInt trainedOn) {
    if (json) {
      Map<String, Object> answer = json(evaluation, real, copies);
      trainedOn.ifPresent(count -> answer.put("held_out_in_training", count));
      console.printText(ReportJson.write(answer));
      return;
    }
    TextTable table = new TextTable("<distance", "value", "95 % interval", "real images");
    for (Distance distance : Distance.values()) {
      Estimate estimate = evaluation.distance(distance);
      table.row(
          protocol.label(distance, extractorId),
          number(estimate.value()),
          estimate.hasDeviation()
              ? "%s to %s".formatted(number(estimate.low()), number(estimate.high()))
              : "",
          real.containsKey(distance) ? number(real.get(distance).value()) : "");
    }
    console.printText(table.toString());
    console.print(
        "density %s, coverage %s%s",
        number(evaluation.densityCoverage().density()),
        number(evaluation.densityCoverage().coverage()),
        copies.isPresent() ? ", memorized " + number(copies.getAsDouble()) : "");
    console.print("%s", evaluation.protocol().text());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  private static Map<String, Object> json(
      Evaluation evaluation, Map<Distance, Estimate> real, OptionalDouble copies) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("score", evaluation.score().value());
    answer.put("score_name", evaluation.protocol().label());
    Map<String, Object> distances = new LinkedHashMap<>();
    for (Distance distance : Distance.values()) {
      Estimate estimate = evaluation.distance(distance);
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("value", estimate.value());
      if (estimate.hasDeviation()) {
        values.put("standard_deviation", estimate.standardDeviation());
        values.put("low", estimate.low());
        values.put("high", estimate.high());
      }
      if (real.containsKey(distance)) {
        values.put("real_images", real.get(distance).value());
      }
      distances.put(distance.key(), values);
    }
    answer.put("distances", distances);
    answer.put("density", evaluation.densityCoverage().density());
    answer.put("coverage", evaluation.densityCoverage().coverage());
    copies.ifPresent(share -> answer.put("memorized", share));
    answer.put("samples", evaluation.effort().samples());
    answer.put("network_evaluations_per_sample", evaluation.effort().evaluations());
    answer.put("seconds", evaluation.effort().seconds());
    answer.put("protocol", evaluation.protocol().text());
    answer.put("protocol_digest", evaluation.protocol().digest());
    return answer;
  }
}
