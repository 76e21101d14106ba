package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.yaml.ArchitectureYaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProfileCommandTest {

  @TempDir private Path directory;

  @Test
  void measuresArchitecturesBesideEachOther() throws Exception {
    Path wide = architecture("wide", 16);
    Path narrow = architecture("narrow", 8);
    Captured result =
        Captured.run(
            "profile",
            wide,
            narrow,
            "--batch",
            2,
            "--runs",
            2,
            "--threads",
            1,
            "--train",
            "--json");

    assertThat(result.code()).isZero();
    JsonNode json = JsonMapper.shared().readTree(result.out());
    assertThat(json.get("threads").asInt()).isEqualTo(1);
    for (JsonNode network : json.get("networks")) {
      for (String pass : new String[] {"latency", "throughput", "training"}) {
        assertThat(network.get(pass).get("runs").asInt()).isEqualTo(2);
        assertThat(network.get(pass).get("median_seconds").asDouble()).isPositive();
        assertThat(network.get(pass).get("weight_bytes").asLong())
            .isEqualTo(4 * network.get("parameters").asLong());
      }
      assertThat(network.get("training").get("batch").asInt()).isEqualTo(2);
    }
    assertThat(json.get("networks").get(0).get("name").asString()).isEqualTo("wide");
    assertThat(json.get("networks").get(1).get("name").asString()).isEqualTo("narrow");
  }

  private Path architecture(String name, int channels) throws IOException {
    ArchitectureSpec spec =
        ArchitectureSpec.builder()
            .imgResolution(8)
            .imgChannels(1)
            .labelDim(10)
            .modelChannels(channels)
            .channelMult(List.of(1, 2))
            .numBlocks(1)
            .attnResolutions(Set.of(4))
            .channelsPerHead(8)
            .branches(BranchAssignment.uniform(Presets.seedBranch()))
            .build();
    return Files.writeString(directory.resolve(name + ".yaml"), ArchitectureYaml.write(spec));
  }
}
