package org.edm2search.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.source.DataChoice;
import org.edm2search.eval.DistanceMeter;
import org.edm2search.eval.Evaluation;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.Evaluator;
import org.edm2search.eval.ImageShape;
import org.edm2search.eval.Reference;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.model.checkpoint.ReferenceFile;
import org.edm2search.model.verification.Verification;
import org.edm2search.pipeline.release.BundleVerification;
import org.edm2search.pipeline.release.RecordedScore;
import org.edm2search.pipeline.release.RunFiles;
import org.edm2search.pipeline.trial.ImageSource;
import org.edm2search.pipeline.trial.TrainedModel;
import org.edm2search.space.architecture.ArchitectureSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares what a bundle computes here with what it computed there, or with another program. */
@Command(
    name = "verify",
    description = {
      "Check a bundle: its sums, and that its network denoises and draws here, in this program and in"
          + " ONNX Runtime, what its test vectors say. Exit code 1 if not. With --score also that it"
          + " still scores what it did, within the score's 95 %% interval.",
      "Or run a network forward and backward and compare with what an independent implementation"
          + " computed.",
      "That file, a .safetensors of float32 for N images, holds the architecture as metadata (the keys"
          + " of an architecture file) and the tensors input/images, input/noise and output/denoised"
          + " [N, C, H, W], input/sigma [N], input/labels [N, classes] one-hot where there are classes,"
          + " output/loss [1], and weight/NAME and grad/NAME for each parameter under EDM2's names,"
          + " such as weight/unet.out_gain. Exit code 1 beyond a tolerance."
    },
    footer = {
      "  edm2-search verify best-model",
      "  edm2-search verify best-model --score",
      "  edm2-search verify G-star.safetensors",
      "  edm2-search verify G-star.safetensors --json"
    })
public final class VerifyCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      paramLabel = "BUNDLE_OR_FILE",
      description = "An exported bundle, or a .safetensors file laid out so.")
  private Path file;

  @Option(
      names = "--score",
      description =
          "Score the bundle again by the protocol and on the data set of its recipe.yaml.")
  private boolean score;

  @Mixin private FeatureFileOption featureFile;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (score && !Files.isDirectory(file)) {
      throw new InvalidUseException("--score is for bundles, but %s is none".formatted(file));
    }
    return Files.isDirectory(file) ? verifyBundle() : verifyReference();
  }

  private int verifyBundle() {
    BundleVerification result = BundleVerification.of(file);
    if (score) {
      result = result.with(scoreAgain());
    }
    if (json) {
      console.printJson(Map.of("checks", result.checks(), "passes", result.passes()));
    } else {
      for (BundleVerification.Check check : result.checks()) {
        print(check.name(), check.error(), check.tolerance(), check.program());
      }
      console.print("%s  %s", result.passes() ? "passes" : "FAILS", file);
    }
    return result.passes() ? 0 : 1;
  }

  private BundleVerification.Check scoreAgain() {
    RecordedScore recorded = RecordedScore.of(file);
    RunFiles run =
        RunFiles.find(file)
            .orElseThrow(
                () ->
                    new InvalidUseException(
                        file + ": has no recipe.yaml, which says how it was scored"));
    TrainedModel model = TrainedModel.of(ModelBundle.read(file));
    ImageDataset images = Checkpoints.load(DataChoice.read(run.recipe().section("data")), console);
    recorded.requireData(images);
    ArchitectureSpec spec = model.architecture();
    EvaluationProtocol protocol = recorded.seeded(run.protocol().on(images, spec.labelDim()));
    ImageShape shape = new ImageShape(spec.imgChannels(), spec.imgResolution(), spec.labelDim());
    LiveLine line = new LiveLine(console, System::nanoTime);
    try (OpenFeatures open = new OpenFeatures(protocol.features(), featureFile.files(), line);
        ImageSource draw = ImageSource.of(model, protocol)) {
      Reference reference = open.of(images);
      recorded.requireProtocol(
          recorded
              .seeded(run.asScored().on(images, spec.labelDim()))
              .digest(open.extractor(), reference.id()));
      Evaluation evaluation =
          new Evaluator(protocol, shape)
              .evaluate(
                  draw.denoiser(),
                  open.extractor(),
                  reference,
                  new DistanceMeter(reference.statistics(), open.some(images)),
                  (drawn, total) -> {
                    if (line.due()) {
                      line.show("%,d/%,d images drawn".formatted(drawn, total));
                    }
                  });
      line.clear();
      return recorded.check(evaluation.score().value());
    }
  }

  private int verifyReference() {
    Verification result = Verification.of(ReferenceFile.read(file));
    if (json) {
      console.printJson(json(result));
    } else {
      print(
          "max |Δdenoised|",
          result.maxDenoisedError(),
          Verification.DENOISED_TOLERANCE,
          "absolute");
      print("loss error", result.relativeLossError(), Verification.LOSS_TOLERANCE, "relative");
      print(
          "worst gradient error",
          result.worstGradientError(),
          Verification.GRADIENT_TOLERANCE,
          "relative L2, " + result.worstGradientName());
      console.print("%s  %s", result.passes() ? "passes" : "FAILS", file);
    }
    return result.passes() ? 0 : 1;
  }

  private void print(String name, double error, double tolerance, String kind) {
    console.print(
        "%-21s %.3e  %s %.0e  (%s)",
        name, error, error <= tolerance ? "<=" : "> ", tolerance, kind);
  }

  private static Map<String, Object> json(Verification result) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("max_denoised_error", result.maxDenoisedError());
    answer.put("relative_loss_error", result.relativeLossError());
    answer.put("worst_gradient_error", result.worstGradientError());
    answer.put("worst_gradient_tensor", result.worstGradientName());
    answer.put("passes", result.passes());
    return answer;
  }
}
