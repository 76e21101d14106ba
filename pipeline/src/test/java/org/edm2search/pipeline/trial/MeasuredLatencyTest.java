package org.edm2search.pipeline.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.Presets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasuredLatencyTest {

  private static final ArchitectureSpec SMALL =
      ArchitectureSpec.builder()
          .imgResolution(4)
          .imgChannels(1)
          .labelDim(0)
          .modelChannels(8)
          .channelMult(List.of(1))
          .numBlocks(1)
          .channelsPerHead(8)
          .branches(BranchAssignment.uniform(Presets.seedBranch()))
          .build();

  @TempDir private Path directory;

  @Test
  void measuresANetworkOnceAlsoWhenTheCampaignGoesOn() {
    AtomicInteger measured = new AtomicInteger();
    Path file = directory.resolve("latency.csv");
    for (int run = 0; run < 2; run++) {
      MeasuredLatency latency =
          new MeasuredLatency(file, network -> 1.5 + measured.getAndIncrement());
      assertThat(latency.milliseconds(SMALL)).isEqualTo(1.5);
      assertThat(latency.milliseconds(SMALL)).isEqualTo(1.5);
    }
    assertThat(measured).hasValue(1);
  }

  @Test
  void measuresARealNetwork() {
    MeasuredLatency latency = new MeasuredLatency(directory.resolve("latency.csv"));
    assertThat(latency.milliseconds(SMALL)).isGreaterThan(0);
  }

  @Test
  void namesADamagedFile() throws IOException {
    Path file = directory.resolve("latency.csv");
    Files.writeString(file, "architecture_id,milliseconds\n0123456789abcdef,fast\n");
    assertThatThrownBy(() -> new MeasuredLatency(file).milliseconds(SMALL))
        .hasMessageContaining("latency.csv")
        .hasMessageContaining("remove the file to measure again");
  }
}
