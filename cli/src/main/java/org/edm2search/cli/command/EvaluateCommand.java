package org.edm2search.cli.command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.Json;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.cli.trial.DataChoice;
import org.edm2search.cli.trial.Draw;
import org.edm2search.eval.Evaluation;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.Evaluator;
import org.edm2search.eval.FeatureSpec;
import org.edm2search.eval.ImageShape;
import org.edm2search.eval.Reference;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.yaml.Section;
import org.edm2search.train.TrainedCandidate;
import org.edm2search.train.data.FashionMnist;
import org.edm2search.train.data.ImageDataset;
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
      "  edm2-search evaluate g-star/checkpoint.safetensors --samples 5000",
      "  edm2-search evaluate campaigns/quickstart/trials/0003/checkpoint.safetensors \\",
      "      --protocol examples/quickstart.yaml --json"
    })
public final class EvaluateCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(paramLabel = "CHECKPOINT", description = "A checkpoint.safetensors file.")
  private Path file;

  @Option(
      names = "--protocol",
      paramLabel = "FILE",
      description = "A YAML file with a section evaluation, such as a campaign's.")
  private Path protocolFile;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Images to draw. Default: the protocol's, or 1000.")
  private Integer samples;

  @Option(
      names = "--features",
      paramLabel = "NAME",
      description = "builtin, inception or FILE.onnx. Default: the protocol's, or builtin.")
  private String features;

  @Mixin private FeatureFileOption featureFile;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    EvaluationProtocol protocol = protocol();
    TrainedCandidate candidate = Checkpoints.read(file);
    ArchitectureSpec spec = candidate.architecture();
    ImageDataset images =
        Checkpoints.load(
            new DataChoice(FashionMnist.NAME, spec.imgResolution(), spec.labelDim() > 0));
    ImageShape shape = new ImageShape(spec.imgChannels(), spec.imgResolution(), spec.labelDim());
    LiveLine line = new LiveLine(console, System::nanoTime);
    try (OpenFeatures open = new OpenFeatures(protocol.features(), featureFile.files(), line);
        Draw draw = Draw.of(candidate, protocol)) {
      Reference reference = open.of(images);
      Evaluation evaluation =
          new Evaluator(protocol, shape)
              .evaluate(
                  draw.denoiser(),
                  open.extractor(),
                  reference,
                  (drawn, total) -> {
                    if (line.due()) {
                      line.show("%,d/%,d images drawn".formatted(drawn, total));
                    }
                  });
      line.clear();
      print(evaluation);
    }
    return 0;
  }

  private EvaluationProtocol protocol() {
    EvaluationProtocol protocol =
        EvaluationProtocol.read(
            protocolFile == null
                ? Section.of(Map.of(), "evaluation")
                : Section.load(protocolFile).section("evaluation"));
    if (samples != null && (samples < 2 || samples > 1_000_000)) {
      throw new InvalidUseException("--samples must be between 2 and 1000000, but is " + samples);
    }
    if (samples != null) {
      protocol = protocol.withSamples(samples);
    }
    return features == null ? protocol : protocol.withFeatures(FeatureSpec.named(features));
  }

  private void print(Evaluation evaluation) {
    if (json) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("score", evaluation.frechetDistance());
      answer.put("score_name", evaluation.label());
      answer.put("standard_deviation", evaluation.standardDeviation());
      answer.put("principal_axes_distance", evaluation.principalAxesDistance());
      answer.put("samples", evaluation.samples());
      answer.put("network_evaluations_per_sample", evaluation.evaluations());
      answer.put("seconds", evaluation.seconds());
      answer.put("protocol", evaluation.protocol());
      answer.put("protocol_digest", evaluation.protocolDigest());
      console.printText(Json.write(answer));
    } else {
      console.print(
          "%s = %.4f ± %.4f",
          evaluation.label(), evaluation.frechetDistance(), evaluation.standardDeviation());
      console.print("%s", evaluation.protocol());
    }
  }
}
