package org.edm2search.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.edm2search.campaign.report.ReportJson;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.source.DataChoice;
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
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.reference.CopySearch;
import org.edm2search.pipeline.release.LastScore;
import org.edm2search.pipeline.release.RunFiles;
import org.edm2search.pipeline.trial.ImageSource;
import org.edm2search.pipeline.trial.TrainedModel;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.base.Edm2SearchException;
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
      "In a directory that 'train' wrote, the score is kept in score.json, which 'export' tells in the"
          + " model card.",
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

  @Mixin private HeldOutOptions heldOut;

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
    heldOut.requireFit(data);
    Optional<ImageDataset> others = heldOut.load(spec, console);
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
      Optional<Floor> real = Optional.empty();
      if (heldOut.floor()) {
        List<String> classes = spec.labelDim() == 0 ? List.of() : images.classes();
        real = Optional.of(evaluator.floor(others.orElseThrow(), classes, extractor, meter));
        real.ifPresent(this::warnOfRepeated);
      }
      Optional<CopySearch> copies = Optional.empty();
      if (heldOut.memorized()) {
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
        copies = Optional.of(search);
        warnOfTrainedOn(search);
        heldOut
            .neighbours()
            .ifPresent(
                picture -> {
                  int[] closest = search.closest(PAIRS);
                  write(evaluator.draw(draw.denoiser(), closest), search.nearest(closest), picture);
                });
      }
      line.clear();
      EvaluationReport report =
          new EvaluationReport(evaluation, protocol, extractor.id(), real, copies);
      console.printText(json ? ReportJson.write(report.json()) : report.text());
      if (candidate instanceof TrainedModel.Averaged averaged) {
        keep(LastScore.of(averaged.candidate(), protocol, evaluation, report.beside()));
      }
    }
    return 0;
  }

  /** Of what 'train' wrote; a campaign's trial has its own score. */
  private void keep(LastScore score) {
    Path directory = Checkpoints.directory(file);
    if (!LastScore.isFor(directory)) {
      return;
    }
    try {
      score.write(directory);
      console.remark("kept in %s, for 'export'", directory.resolve(LastScore.NAME));
    } catch (Edm2SearchException e) {
      console.remark("warning: the score is not kept for 'export': %s", e.getMessage());
    }
  }

  private void warnOfRepeated(Floor floor) {
    if (floor.repeated() > 0) {
      console.remark(
          "warning: %,d of the %,d real images occur more than once: some class has too few"
              + " held-out images",
          floor.repeated(), floor.images());
    }
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

  private void write(ImageBatch samples, ImageBatch nearest, Path picture) {
    try {
      Files.createDirectories(picture.toAbsolutePath().getParent());
      Files.write(picture, ImageGrid.png(ImageGrid.pairs(samples, nearest), COLUMNS));
    } catch (IOException e) {
      throw new InvalidUseException("%s: cannot be written: %s".formatted(picture, e), e);
    }
    console.remark("%d samples beside their nearest training images: %s", samples.count(), picture);
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
}
