package org.edm2search.pipeline.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;
import org.edm2search.model.sampling.Churn;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.model.sampling.Guidance.Guide;
import org.edm2search.model.sampling.Sampling;
import org.edm2search.model.sampling.SigmaInterval;
import org.edm2search.model.sampling.SigmaSchedule;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.base.Sha256;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class BundleVerificationTest {

  @TempDir private Path bundle;

  @BeforeEach
  void export() {
    Sampling sampling =
        new Sampling(
            new SigmaSchedule(4, 0.01, 20, 7),
            new Churn(1, 0.1, 10, 1.01),
            new Guidance.Autoguidance(1.5, SigmaInterval.ALL, new Guide.Exported()));
    ExampleBundles.export(bundle, "Gstar", sampling);
  }

  @Test
  void bothProgramsComputeTheTestVectorsAgain() throws IOException {
    Files.writeString(bundle.resolve("README.md"), "license: mit");

    BundleVerification verification = BundleVerification.of(bundle);

    assertThat(verification.checks())
        .extracting(check -> check.program() + " " + check.name())
        .contains(
            "ND4J denoised_0", "ND4J images", "ONNX Runtime denoised_2", "ONNX Runtime images");
    assertThat(verification.checks())
        .allSatisfy(
            check ->
                assertThat(check.error())
                    .as("%s", check)
                    .isBetween(0.0, check.name().equals(TestVectors.IMAGES) ? 1e-2 : 1e-4));
    assertThat(verification.passes()).isTrue();
  }

  @Test
  void otherNumbersDoNotPass() throws IOException {
    Path file = bundle.resolve(TestVectors.NAME);
    Map<String, Tensor> vectors = new TreeMap<>(Safetensors.read(file).tensors());
    Tensor images = vectors.get(TestVectors.IMAGES);
    float[] values = images.values().clone();
    values[7] += 0.1f;
    vectors.put(TestVectors.IMAGES, new Tensor(images.shape(), values));
    Files.delete(file);
    Safetensors.write(file, new TensorFile(Map.of(), vectors));
    renewSum(TestVectors.NAME);

    BundleVerification verification = BundleVerification.of(bundle);

    assertThat(verification.passes()).isFalse();
    assertThat(verification.checks())
        .filteredOn(check -> check.error() > 0.05)
        .isNotEmpty()
        .extracting(BundleVerification.Check::name)
        .containsOnly(TestVectors.IMAGES);
  }

  @Test
  void aFlippedByteIsDamage() throws IOException {
    byte[] network = Files.readAllBytes(bundle.resolve("model.onnx"));
    network[network.length / 2] ^= 1;
    Files.write(bundle.resolve("model.onnx"), network);
    assertRefused("model.onnx: is damaged");
  }

  @Test
  void aForeignNetworkIsNotRun() throws IOException {
    Path other = bundle.resolve("other");
    ExampleBundles.export(
        other,
        "Gstar-gray-uncond",
        new Sampling(new SigmaSchedule(2, 0.01, 20, 7), Churn.NONE, new Guidance.None()));
    byte[] foreign = Files.readAllBytes(other.resolve("model.onnx"));
    Files.write(bundle.resolve("model.onnx"), foreign);
    renewSum("model.onnx");
    assertRefused("model.onnx: is not the graph that this version exports");

    Files.writeString(bundle.resolve("model.onnx"), "no network");
    renewSum("model.onnx");
    assertRefused("model.onnx: is no ONNX file");
  }

  @Test
  void anAbsurdSamplerIsRefused() throws IOException {
    Path sampler = bundle.resolve("sampler.json");
    Files.writeString(
        sampler, Files.readString(sampler).replaceFirst("\"steps\" : 4", "\"steps\" : 2000000000"));
    renewSum("sampler.json");
    assertRefused("sampler.json: steps must be between 2 and 10000");
  }

  @Test
  void namesOutsideTheBundleAreRefused() throws IOException {
    Path sums = bundle.resolve("SHA256SUMS");
    Files.writeString(
        sums, Files.readString(sums) + "0".repeat(64) + "  ../../outside.safetensors\n");
    assertRefused("SHA256SUMS: a line must be a SHA-256 and a file of the bundle");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> BundleVerification.of(bundle))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining(message)
        .satisfies(thrown -> assertThat(thrown.getMessage().lines()).hasSize(1));
  }

  private void renewSum(String name) throws IOException {
    Path sums = bundle.resolve("SHA256SUMS");
    String hex = new Sha256().add(bundle.resolve(name)).hex();
    try (Stream<String> lines = Files.lines(sums, StandardCharsets.UTF_8)) {
      List<String> renewed =
          lines.map(line -> line.endsWith("  " + name) ? hex + "  " + name : line).toList();
      Files.write(sums, renewed);
    }
  }
}
