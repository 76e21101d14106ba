package org.edm2search.pipeline.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.edm2search.data.DatasetProgress;
import org.edm2search.space.SearchSpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CampaignSettingsTest {

  @TempDir private Path directory;

  @Test
  void aNetworkOfWhichTheBudgetBuysNoBatchIsRefusedBeforeTraining() throws IOException {
    SearchSpace space = space("1.0e9");
    assertThat(space.violation(space.genotype(List.of(1)))).isEmpty();
    long seed = space.seedCost().multiplyAdds();
    // One batch of the seed, not of the network that is twice as wide inside.
    space = space(Long.toString(3 * 32 * seed));
    assertThat(space.violation(space.seedGenotype())).isEmpty();
    assertThat(space.violation(space.genotype(List.of(1))).orElseThrow())
        .startsWith("training.flops: needs ");
  }

  private SearchSpace space(String flops) throws IOException {
    Path file = directory.resolve("campaign.yaml");
    Files.writeString(
        file,
        """
        campaign: {name: t, directory: "%s", trials: 2}
        search: {strategy: random}
        space: {genes: {expansion: {scope: global, values: [4, 8]}}}
        network: {model_channels: 8, channel_mult: [1], num_blocks: 1, attn_resolutions: [], channels_per_head: 8}
        data: {dataset: fashion-mnist, resolution: 8, class_conditional: true}
        training: {flops: %s, batch: 32, learning_rate: 0.02}
        evaluation: {samples: 64, steps: 4, batch: 64}
        """
            .formatted(directory.resolve("campaign"), flops));
    return CampaignSettings.load(file, DatasetProgress.NONE).space();
  }
}
