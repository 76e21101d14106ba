package org.edm2search.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.edm2search.data.DatasetProgress;
import org.edm2search.model.Network;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors are given memory for the plans that their trials will have. */
class WorkerMemoryTest {

  @TempDir private Path directory;

  @Test
  void tensorsAreThoseOfTheSeedsPlanTwice() throws IOException {
    CampaignSettings small = settings(32, 4);
    try (Network seed = Network.initialize(small.space().seed(), 1)) {
      long weights = seed.parameters().length() * Float.BYTES;
      assertThat(WorkerMemory.tensorBytes(small)).isEqualTo(2 * (weights + seed.trainingBytes(32)));
      assertThat(WorkerMemory.tensorBytes(settings(32, 512)))
          .as("drawing many at once takes more than training")
          .isEqualTo(2 * (weights + seed.denoisingBytes(512)));
    }
  }

  private CampaignSettings settings(int batch, int drawn) throws IOException {
    Path file = directory.resolve("campaign.yaml");
    Files.writeString(
        file,
        """
        campaign: {name: t, directory: "%s", trials: 2}
        search: {strategy: random}
        space: {genes: {expansion: {scope: global, values: [4, 8]}}}
        network: {model_channels: 8, channel_mult: [1], num_blocks: 1, attn_resolutions: [], channels_per_head: 8}
        data: {dataset: fashion-mnist, resolution: 8, class_conditional: true}
        training: {flops: 1.0e9, batch: %d, learning_rate: 0.02}
        evaluation: {samples: 512, steps: 4, batch: %d}
        """
            .formatted(directory.resolve("campaign"), batch, drawn));
    return CampaignSettings.load(file, DatasetProgress.NONE);
  }
}
