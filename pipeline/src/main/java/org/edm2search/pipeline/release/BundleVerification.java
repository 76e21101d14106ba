package org.edm2search.pipeline.release;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.edm2search.eval.onnx.ExportedDenoiser;
import org.edm2search.eval.sampling.GuidedDenoiser;
import org.edm2search.model.Denoiser;
import org.edm2search.model.checkpoint.InvalidTensorFileException;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.onnx.OnnxDenoiser;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.space.base.Edm2SearchException;

/**
 * Whether a bundle is what was exported, and computes here what it computed there.
 *
 * @param checks what was computed and compared
 */
public record BundleVerification(List<Check> checks) {

  /** Largest difference of a denoised pixel. */
  private static final double DENOISED_TOLERANCE = 1e-4;

  /**
   * Largest difference of a pixel of an image: rounding grows along the sampler's steps. Over ten
   * times the largest that was measured; see docs/export.md.
   */
  private static final double IMAGE_TOLERANCE = 2e-3;

  public BundleVerification {
    checks = List.copyOf(checks);
  }

  /**
   * A comparison.
   *
   * @param program what computed it here
   * @param name of the test vectors' tensor
   * @param error largest absolute difference
   * @param tolerance largest error that passes
   */
  public record Check(String program, String name, double error, double tolerance) {

    /** Returns whether the error is within the tolerance. */
    public boolean passes() {
      return error <= tolerance;
    }
  }

  /** Returns this with a further check. */
  public BundleVerification with(Check further) {
    return new BundleVerification(Stream.concat(checks.stream(), Stream.of(further)).toList());
  }

  /** Returns whether every check passes. */
  public boolean passes() {
    return checks.stream().allMatch(Check::passes);
  }

  /**
   * Checks the sums of a bundle's files, then computes its test vectors again: by this program and,
   * where the bundle has ONNX files, by ONNX Runtime.
   *
   * @throws Edm2SearchException if a file is missing, damaged, foreign or absurd, naming it
   */
  public static BundleVerification of(Path directory) {
    ModelBundle bundle = read(directory);
    Path file = directory.resolve(TestVectors.NAME);
    if (!Files.exists(file)) {
      throw new Edm2SearchException(
          file + ": no such file; export the network again by this version to have it");
    }
    Map<String, Tensor> expected = Safetensors.read(file).tensors();
    List<Check> checks = new ArrayList<>();
    compare(file, "ND4J", expected, TestVectors.here(bundle), checks);
    if (Files.exists(directory.resolve(OnnxFiles.MODEL))) {
      compare(file, "ONNX Runtime", expected, inOnnxRuntime(directory, bundle), checks);
    }
    return new BundleVerification(checks);
  }

  private static ModelBundle read(Path directory) {
    try {
      ModelBundle bundle = ModelBundle.read(directory);
      ModelBundle.requireUnchanged(directory);
      return bundle;
    } catch (InvalidTensorFileException e) {
      // Damage is what was looked for: the check fails, whichever file it is in.
      throw new Edm2SearchException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Map<String, Tensor> inOnnxRuntime(Path directory, ModelBundle bundle) {
    Guidance guidance = bundle.sampler().sampling().guidance();
    Optional<Path> guide = bundle.guide().map(worse -> directory.resolve(OnnxFiles.GUIDE));
    OnnxDenoiser.of(bundle.model()).requireSame(directory.resolve(OnnxFiles.MODEL));
    guide.ifPresent(file -> OnnxDenoiser.of(bundle.guide().orElseThrow()).requireSame(file));
    try (ExportedDenoiser network =
            ExportedDenoiser.load(
                directory.resolve(OnnxFiles.MODEL), bundle.model().architecture());
        ExportedDenoiser worse =
            guide
                .map(
                    path ->
                        ExportedDenoiser.load(path, bundle.guide().orElseThrow().architecture()))
                .orElse(null)) {
      Denoiser guided = network;
      if (worse != null) {
        guided = new GuidedDenoiser(network, worse, guidance.weight(), guidance.interval());
      } else if (guidance.active()) {
        guided = GuidedDenoiser.classifierFree(network, guidance.weight(), guidance.interval());
      }
      return TestVectors.compute(bundle, network, guided);
    }
  }

  private static void compare(
      Path file,
      String program,
      Map<String, Tensor> expected,
      Map<String, Tensor> actual,
      List<Check> checks) {
    if (!expected.keySet().equals(actual.keySet())) {
      throw new Edm2SearchException(
          "%s: must hold the tensors %s, but holds %s"
              .formatted(file, actual.keySet(), expected.keySet()));
    }
    actual.forEach(
        (name, tensor) -> {
          Tensor other = Objects.requireNonNull(expected.get(name));
          if (!other.shape().equals(tensor.shape())) {
            throw new Edm2SearchException(
                "%s: %s must have shape %s, but has %s"
                    .formatted(file, name, tensor.shape(), other.shape()));
          }
          double tolerance = name.equals(TestVectors.IMAGES) ? IMAGE_TOLERANCE : DENOISED_TOLERANCE;
          checks.add(
              new Check(program, name, difference(tensor.values(), other.values()), tolerance));
        });
  }

  private static double difference(float[] a, float[] b) {
    double worst = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = Math.abs((double) a[i] - b[i]);
      // Written so that NaN counts as the worst.
      worst = difference <= worst ? worst : difference;
    }
    return worst;
  }
}
