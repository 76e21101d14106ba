package org.edm2search.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.apache.spark.scheduler.ExternalClusterManager;
import org.edm2search.data.DatasetProgress;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.pipeline.trial.FeatureFiles;
import org.edm2search.pipeline.worker.ClusterEngine;
import org.edm2search.space.base.Edm2SearchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which masters this build knows, and what it says of those that lack something. */
class MastersTest {

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"yarn", "k8s://https://host:6443"})
  void sparkUnderstandsTheMaster(String master) {
    assertThat(ServiceLoader.load(ExternalClusterManager.class))
        .anyMatch(manager -> manager.canCreate(master));
  }

  @Test
  void yarnWithoutItsSettingsIsRefused() throws Exception {
    assertThatThrownBy(() -> connect("yarn"))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("HADOOP_CONF_DIR");
  }

  @Test
  void kubernetesWithoutAnImageIsRefused() throws Exception {
    assertThatThrownBy(() -> connect("k8s://https://host:6443"))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("spark.kubernetes.container.image");
  }

  @Test
  void workersGetTheVariablesThatDecideTheLastDigits() {
    assertThat(
            NumericVariables.of(
                Map.of("OPENBLAS_CORETYPE", "Haswell", "MALLOC_MMAP_MAX_", "0", "PATH", "/bin")))
        .isEqualTo(Map.of("OPENBLAS_CORETYPE", "Haswell", "MALLOC_MMAP_MAX_", "0"));
  }

  private void connect(String master) throws Exception {
    Path file = directory.resolve("campaign.yaml");
    Files.writeString(
        file,
        """
        campaign: {name: masters, directory: "%s", seed: 3, trials: 1}
        search: {strategy: random}
        space:
          genes: {kernel: {scope: global, values: [3, 5]}}
        network: {model_channels: 8, channel_mult: [1], num_blocks: 1, attn_resolutions: [], channels_per_head: 8}
        data: {dataset: "%s", resolution: 8, background: white}
        training: {flops: 4.0e8, batch: 16}
        evaluation: {samples: 40, steps: 3, batch: 20}
        executor: {kind: spark, master: '%s', workers: 1}
        """
            .formatted(
                directory.resolve("campaign"),
                ColourImages.write(directory.resolve("images")),
                master));
    ClusterEngine.find()
        .executor(
            CampaignSettings.load(file, DatasetProgress.NONE),
            FeatureFiles.of(Optional.empty(), Map.of(), Path.of("target", "no-features")))
        .close();
  }
}
