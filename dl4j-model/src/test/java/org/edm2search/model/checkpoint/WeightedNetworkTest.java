package org.edm2search.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.yaml.ArchitectureYaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WeightedNetworkTest {

  private static final Path NETWORKS = Path.of("src/test/resources/golden/networks");

  @TempDir private Path directory;

  static Stream<Path> networks() throws IOException {
    try (Stream<Path> files = Files.list(NETWORKS)) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void importedAndExportedAgainItIsByteIdentical(Path golden) {
    Path once = directory.resolve("once.safetensors");
    Path twice = directory.resolve("twice.safetensors");
    WeightedNetwork.read(golden).write(once);
    WeightedNetwork.read(once).write(twice);

    assertThat(twice).hasSameBinaryContentAs(once);
    TensorFile original = Safetensors.read(golden);
    TensorFile exported = Safetensors.read(once);
    Map<String, Tensor> weights = original.under("weight/");
    assertThat(exported.metadata()).containsOnlyKeys("architecture", "format");
    assertThat(ArchitectureYaml.fromMetadata(exported.metadata()))
        .isEqualTo(ArchitectureYaml.fromMetadata(original.metadata()));
    assertThat(exported.tensors().keySet()).isEqualTo(weights.keySet());
    weights.forEach(
        (name, tensor) -> {
          assertThat(exported.tensors().get(name).shape()).as(name).isEqualTo(tensor.shape());
          assertThat(SmallNetwork.bits(exported.tensors().get(name).values()))
              .as(name)
              .isEqualTo(SmallNetwork.bits(tensor.values()));
        });
  }

  /** What EDM2's own code gives: names and shapes, no metadata. */
  @Test
  void namesAndShapesTellANetworkOfEdm2() {
    TensorFile golden = Safetensors.read(NETWORKS.resolve("A.safetensors"));
    Path bare = directory.resolve("bare.safetensors");
    Safetensors.write(bare, new TensorFile(Map.of(), golden.under("weight/")));
    ArchitectureSpec told = ArchitectureYaml.fromMetadata(golden.metadata());
    // Eight channels at the top level and 16 below do not make heads of 64.
    assertThatThrownBy(() -> WeightedNetwork.read(bare))
        .isInstanceOf(InvalidTensorFileException.class)
        .hasMessageContaining("give the architecture's YAML file")
        .hasMessageContaining("channels_per_head");
    assertThat(WeightedNetwork.read(bare, Optional.of(told)).architecture()).isEqualTo(told);

    ArchitectureSpec wide =
        ArchitectureYaml.fromMetadata(
            replaced(golden.metadata(), Map.of("model_channels", "64", "channels_per_head", "64")));
    Map<String, Tensor> tensors = SmallNetwork.tensors(wide, 3);
    Safetensors.write(bare, new TensorFile(Map.of(), tensors));
    assertThat(WeightedNetwork.read(bare).architecture()).isEqualTo(wide);
  }

  @Test
  void otherTensorsAreRefused() {
    Path file = directory.resolve("other.safetensors");
    Safetensors.write(file, new TensorFile(Map.of(), Map.of("a", Tensor.vector(1))));
    assertThatThrownBy(() -> WeightedNetwork.read(file))
        .isInstanceOf(InvalidTensorFileException.class)
        .hasMessageContaining("does not tell its architecture");
    Map<String, Tensor> incomplete = new TreeMap<>(SmallNetwork.tensors(1));
    incomplete.remove("unet.out_gain");
    Safetensors.write(
        file, new TensorFile(ArchitectureYaml.toMetadata(SmallNetwork.SPEC), incomplete));
    assertThatThrownBy(() -> WeightedNetwork.read(file))
        .hasMessageContaining("has no tensor 'unet.out_gain'");
  }

  private static Map<String, String> replaced(
      Map<String, String> metadata, Map<String, String> by) {
    Map<String, String> all = new TreeMap<>(metadata);
    all.putAll(by);
    return all;
  }
}
