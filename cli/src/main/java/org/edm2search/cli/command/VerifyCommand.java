package org.edm2search.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.edm2search.cli.output.Console;
import org.edm2search.model.checkpoint.ReferenceFile;
import org.edm2search.model.verification.Verification;
import org.edm2search.pipeline.release.BundleVerification;
import org.edm2search.pipeline.trial.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares what a bundle computes here with what it computed there, or with another program. */
@Command(
    name = "verify",
    description = {
      "Check a bundle: its sums, and that its network denoises and draws here, in this program and in"
          + " ONNX Runtime, what its test vectors say. Exit code 1 if not.",
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
      "  edm2-search verify G-star.safetensors",
      "  edm2-search verify G-star.safetensors --json"
    })
public final class VerifyCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      paramLabel = "BUNDLE_OR_FILE",
      description = "An exported bundle, or a .safetensors file laid out so.")
  private Path file;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return Files.isDirectory(file) ? verifyBundle() : verifyReference();
  }

  private int verifyBundle() {
    BundleVerification result = BundleVerification.of(file);
    if (json) {
      console.printText(Json.write(Map.of("checks", result.checks(), "passes", result.passes())));
    } else {
      for (BundleVerification.Check check : result.checks()) {
        print(check.name(), check.error(), check.tolerance(), check.program());
      }
      console.print("%s  %s", result.passes() ? "passes" : "FAILS", file);
    }
    return result.passes() ? 0 : 1;
  }

  private int verifyReference() {
    Verification result = Verification.of(ReferenceFile.read(file));
    if (json) {
      console.printText(Json.write(json(result)));
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
