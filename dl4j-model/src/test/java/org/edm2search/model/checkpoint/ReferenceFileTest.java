package org.edm2search.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.edm2search.space.architecture.ParameterSpec;
import org.edm2search.space.architecture.UNetLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReferenceFileTest {

  @TempDir private Path directory;

  private static Path golden(String config) throws Exception {
    return Path.of(
        ReferenceFileTest.class.getResource("/golden/networks/" + config + ".safetensors").toURI());
  }

  @ParameterizedTest
  @MethodSource("org.edm2search.model.GoldenNetworks#names")
  void goldenFilesAreTyped(String config) throws Exception {
    ReferenceFile reference = ReferenceFile.read(golden(config));

    int batch = reference.input().images().shape().get(0);
    assertThat(reference.input().sigma().shape()).containsExactly(batch);
    assertThat(reference.input().labels() == null)
        .isEqualTo(reference.architecture().labelDim() == 0);
    assertThat(reference.output().loss()).isFinite().isNotZero();
    List<ParameterSpec> parameters = UNetLayout.of(reference.architecture()).parameters();
    assertThat(reference.weights()).hasSameSizeAs(parameters);
    assertThat(reference.output().gradients())
        .containsOnlyKeys(
            parameters.stream()
                .filter(ParameterSpec::trainable)
                .map(ParameterSpec::name)
                .toArray(String[]::new));
  }

  @Test
  void goldenFilesAreRewrittenWithTheSameValues() throws Exception {
    TensorFile content = Safetensors.read(golden("Gstar"));
    Path copy = directory.resolve("copy");
    Safetensors.write(copy, content);
    TensorFile read = Safetensors.read(copy);
    assertThat(read.metadata()).isEqualTo(content.metadata());
    content
        .tensors()
        .forEach(
            (name, tensor) ->
                assertThat(read.tensors().get(name).values()).isEqualTo(tensor.values()));
  }

  @ParameterizedTest
  @CsvSource({
    "input/images, has no tensor 'input/images'",
    "input/noise, has no tensor 'input/noise'",
    "input/sigma, has no tensor 'input/sigma'",
    "input/labels, has no tensor 'input/labels'",
    "output/denoised, has no tensor 'output/denoised'",
    "output/loss, has no tensor 'output/loss'",
    "weight/unet.out_gain, has no tensor 'weight/unet.out_gain'",
    "grad/unet.out_gain, has no tensor 'grad/unet.out_gain'"
  })
  void missingTensorsAreNamed(String name, String reason) throws Exception {
    assertRefused(tensors -> tensors.remove(name), reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "input/images | must have shape [N, C, H, W], but has [2]",
        "input/noise | input/noise must have shape [3, 3, 16, 16], but has [2]",
        "input/sigma | input/sigma must have shape [3], but has [2]",
        "input/labels | input/labels must have shape [3, 10], but has [2]",
        "output/denoised | output/denoised must have shape [3, 3, 16, 16], but has [2]",
        "output/loss | output/loss must be one number, but has shape [2]",
        "weight/unet.out_gain | 'weight/unet.out_gain' must have shape [], but has [2]",
        "grad/unet.out_conv.weight | 'grad/unet.out_conv.weight' must have shape [3, 8, 3, 3]",
        "weight/more | has a tensor 'weight/more', which its architecture does not",
      })
  void misshapedTensorsAreNamed(String name, String reason) throws Exception {
    assertRefused(tensors -> tensors.put(name, Tensor.vector(1, 2)), reason);
  }

  @Test
  void noiseLevelsMustBePositive() throws Exception {
    assertRefused(tensors -> tensors.put("input/sigma", Tensor.vector(1, 0, 1)), "one is 0.0");
    assertRefused(
        tensors -> tensors.put("input/sigma", Tensor.vector(1, Float.NaN, 1)), "one is NaN");
  }

  @Test
  void otherTensorFilesAreRefused() {
    Path file = directory.resolve("other.safetensors");
    Safetensors.write(file, new TensorFile(Map.of(), Map.of("x", Tensor.vector(1))));
    assertThatThrownBy(() -> ReferenceFile.read(file)).hasMessageContaining(file.toString());
  }

  private interface Change {
    void to(Map<String, Tensor> tensors);
  }

  private void assertRefused(Change change, String reason) throws Exception {
    TensorFile content = Safetensors.read(golden("Gstar"));
    Map<String, Tensor> tensors = new TreeMap<>(content.tensors());
    change.to(tensors);
    Path file = directory.resolve("changed.safetensors");
    Safetensors.write(file, new TensorFile(content.metadata(), tensors));
    assertThatThrownBy(() -> ReferenceFile.read(file))
        .isInstanceOf(InvalidTensorFileException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(reason);
  }
}
