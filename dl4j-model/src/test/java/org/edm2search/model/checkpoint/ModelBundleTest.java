package org.edm2search.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.edm2search.model.Network;
import org.edm2search.space.Edm2SearchException;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.Presets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelBundleTest {

  private static final ArchitectureSpec SPEC =
      new ArchitectureSpec(
          8,
          1,
          2,
          4,
          List.of(1, 2),
          1,
          new TreeSet<>(Set.of(4)),
          4,
          BranchAssignment.uniform(Presets.seedBranch()));

  @TempDir private Path directory;

  private static ModelBundle bundle(double guidanceWeight) {
    try (Network network = Network.initialize(SPEC, 1)) {
      ModelBundle.WeightedNetwork model =
          new ModelBundle.WeightedNetwork(SPEC, Tensor.copyOf(network.tensors()));
      return new ModelBundle(
          model,
          guidanceWeight == 1 ? Optional.empty() : Optional.of(model),
          new SamplerConfig(12, 0.002, 80, 7, guidanceWeight, 0.5, List.of("cat", "dog")),
          Map.of("score", 1.5, "protocol", "FD@100"));
    }
  }

  private void write(Path target, ModelBundle bundle) {
    String card = ModelCard.markdown("tiny", "pets", bundle, Map.of("trained images", "7"));
    bundle.write(target, new byte[] {1, 2, 3}, card);
  }

  @Test
  void writtenBundleReadsBack() throws Exception {
    Path target = directory.resolve("out/model");
    ModelBundle bundle = bundle(1.5);

    write(target, bundle);
    ModelBundle read = ModelBundle.read(target);

    assertThat(read.model().architecture()).isEqualTo(SPEC.canonical());
    assertThat(read.sampler()).isEqualTo(bundle.sampler());
    assertThat(read.guide()).isPresent();
    bundle
        .model()
        .tensors()
        .forEach(
            (name, tensor) ->
                assertThat(read.model().tensors().get(name).values()).isEqualTo(tensor.values()));
    assertThat(Files.readString(target.resolve("README.md")))
        .contains("pets", "trained images", "autoguidance with weight 1.5");
    assertThat(Files.readString(target.resolve("metrics.json"))).contains("\"score\" : 1.5");
    assertThat(Files.readAllLines(target.resolve("SHA256SUMS"))).hasSize(7);
    try (var files = Files.list(target.getParent())) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void onlyBundlesAreReplaced() throws Exception {
    write(directory.resolve("model"), bundle(1.5));
    write(directory.resolve("model"), bundle(1));
    assertThat(ModelBundle.read(directory.resolve("model")).guide()).isEmpty();

    Path other = Files.createDirectory(directory.resolve("precious"));
    Files.writeString(other.resolve("thesis.txt"), "…");
    assertThatThrownBy(() -> write(other, bundle(1)))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("is not a bundle");
    assertThat(other.resolve("thesis.txt")).exists();
  }

  @Test
  void damagedBundlesAreRefused() throws Exception {
    Path target = directory.resolve("model");
    write(target, bundle(1));
    Files.writeString(target.resolve("sampler.json"), "{\"steps\": 1e9}");
    assertThatThrownBy(() -> ModelBundle.read(target))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("sampler.json");
    assertThatThrownBy(() -> ModelBundle.read(directory)).hasMessageContaining("is not a bundle");
  }

  @Test
  void checkpointReadsBackBitForBit() {
    try (Network network = Network.initialize(SPEC, 3)) {
      float[] moments = new float[(int) network.parameters().length()];
      moments[0] = Float.MIN_VALUE;
      Checkpoint checkpoint =
          new Checkpoint(
              SPEC,
              Tensor.copyOf(network.tensors()),
              Map.of("adam.m", moments),
              Map.of("images", "64"));
      Path file = directory.resolve("c.safetensors");

      checkpoint.write(file);
      Checkpoint read = Checkpoint.read(file);

      assertThat(read.architecture()).isEqualTo(SPEC.canonical());
      assertThat(read.vectors().get("adam.m")).isEqualTo(moments);
      assertThat(read.progress()).isEqualTo(Map.of("images", "64"));
      assertThat(read.weightsWith(moments).get("unet.emb_noise.weight").values()[0])
          .isEqualTo(Float.MIN_VALUE);
    }
  }

  @Test
  void checkpointsOfAnotherFormatAreRefused() {
    Path file = directory.resolve("c.safetensors");
    Safetensors.write(file, new TensorFile(Map.of("edm2_search_checkpoint", "99"), Map.of()));
    assertThatThrownBy(() -> Checkpoint.read(file)).hasMessageContaining("format 99");
    Safetensors.write(file, new TensorFile(Map.of(), Map.of()));
    assertThatThrownBy(() -> Checkpoint.read(file)).hasMessageContaining("is not a checkpoint");
  }
}
