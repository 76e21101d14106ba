package org.edm2search.pipeline.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.edm2search.campaign.TrialFailedException;
import org.edm2search.campaign.TrialProgress;
import org.edm2search.campaign.TrialRequest;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.data.DatasetProgress;
import org.edm2search.space.Genotype;
import org.edm2search.space.LossPoint;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.cost.CostModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CampaignSettingsTest {

  private static final TrialProgress UNHEARD =
      new TrialProgress() {
        @Override
        public void report(
            Phase phase, long done, long total, OptionalDouble loss, double imagesPerSecond) {}

        @Override
        public void record(LossPoint point) {}

        @Override
        public boolean stopRequested() {
          return false;
        }
      };

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

  /** A candidate may come from a store or a wire, not from this space. */
  @Test
  void aTrialOfSuchANetworkIsInfeasibleAndNotTriedAgain() throws IOException {
    long seed = space("1.0e9").seedCost().multiplyAdds();
    CampaignSettings settings = settings(Long.toString(3 * 32 * seed));
    Genotype wider = settings.space().genotype(List.of(1));
    ArchitectureSpec architecture = settings.space().decode(wider);
    TrialRequest request =
        new TrialRequest(
            1,
            architecture,
            CostModel.of(architecture),
            Files.createDirectories(directory.resolve("trial")),
            1,
            Optional.empty());
    FeatureFiles features = FeatureFiles.of(Optional.empty(), Map.of(), directory);
    try (TrainAndScore objective = new TrainAndScore(settings, features)) {
      assertThatThrownBy(() -> objective.evaluate(request, UNHEARD))
          .isInstanceOfSatisfying(
              TrialFailedException.class,
              failure -> {
                assertThat(failure.kind()).isEqualTo(FailureKind.INFEASIBLE);
                assertThat(failure.kind().rule()).isEqualTo(FailureKind.Rule.FINISH);
              })
          .hasMessageContaining("does not buy one batch of 32 images");
    }
  }

  private SearchSpace space(String flops) throws IOException {
    return settings(flops).space();
  }

  private CampaignSettings settings(String flops) throws IOException {
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
    return CampaignSettings.load(file, DatasetProgress.NONE);
  }
}
