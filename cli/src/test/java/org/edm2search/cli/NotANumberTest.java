package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.edm2search.model.Network;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.SamplerConfig;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;
import org.edm2search.model.checkpoint.WeightedNetwork;
import org.edm2search.model.sampling.Churn;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.model.sampling.Sampling;
import org.edm2search.model.sampling.SigmaSchedule;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.yaml.ArchitectureYaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights and features that are no numbers give no result that looks like one. */
class NotANumberTest {

  @TempDir private Path directory;

  @Test
  void weightsThatAreNoNumbersDrawNothing() {
    ArchitectureSpec spec =
        ArchitectureYaml.load(Path.of("..", "examples", "architectures", "g-star-16.yaml"));
    Map<String, Tensor> tensors;
    try (Network network = Network.initialize(spec, 1)) {
      tensors = new TreeMap<>(Tensor.copyOf(network.tensors()));
    }
    String gain =
        tensors.keySet().stream()
            .filter(name -> name.endsWith("out_gain"))
            .findFirst()
            .orElseThrow();
    tensors.put(gain, new Tensor(tensors.get(gain).shape(), new float[] {Float.NaN}));
    Path bundle = directory.resolve("bundle");
    SamplerConfig sampler =
        new SamplerConfig(
            new Sampling(new SigmaSchedule(2, 0.002, 80, 7), Churn.NONE, new Guidance.None()),
            0,
            List.of());
    new ModelBundle(new WeightedNetwork(spec, tensors), Optional.empty(), sampler, Map.of())
        .write(bundle, new byte[] {1}, files -> "card", List.of());

    Path grid = directory.resolve("grid.png");
    Captured drawn = Captured.run("sample", bundle, "--out", grid, "--rows", 1);
    assertThat(drawn.code()).isEqualTo(1);
    assertThat(drawn.errors()).hasSize(1);
    assertThat(drawn.err()).contains("no numbers", bundle.toString());
    assertThat(grid).doesNotExist();
  }

  @Test
  void featuresThatAreNoNumbersAreNamed() {
    Path file = directory.resolve("features.safetensors");
    Tensor features = new Tensor(List.of(3, 2), new float[] {1, 2, 3, Float.NaN, 5, 6});
    Safetensors.write(file, new TensorFile(Map.of(), Map.of("a", features)));
    Captured compared = Captured.run("fid", file + ":a", file + ":a");
    assertThat(compared.code()).isEqualTo(2);
    assertThat(compared.errors()).hasSize(1);
    assertThat(compared.err()).contains("row 1, column 1 is NaN");
  }
}
