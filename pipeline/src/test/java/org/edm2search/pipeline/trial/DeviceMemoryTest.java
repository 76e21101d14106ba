package org.edm2search.pipeline.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.edm2search.campaign.TrialFailedException;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.model.Network;
import org.edm2search.model.device.Device;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.Presets;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A training that a GPU has no memory for is refused before it begins, and counted as that. */
class DeviceMemoryTest {

  private static final ArchitectureSpec SPEC =
      ArchitectureSpec.builder()
          .imgResolution(4)
          .imgChannels(1)
          .labelDim(2)
          .modelChannels(8)
          .channelMult(List.of(1))
          .numBlocks(1)
          .channelsPerHead(8)
          .branches(BranchAssignment.uniform(Presets.seedBranch()))
          .build();

  @Test
  void aTrainingThatDoesNotFitIsOutOfMemory() {
    try (Network here = Network.initialize(SPEC, 1)) {
      Map<String, INDArray> tensors = new TreeMap<>(here.tensors());
      long needed = here.parameters().length() * Float.BYTES + here.trainingBytes(2);
      try (Network fits = Network.of(SPEC, tensors, Device.gpu("pretended", needed));
          Network larger = Network.of(SPEC, tensors, Device.gpu("pretended", needed / 2))) {
        fits.requireRoomForTraining(1);

        assertThatThrownBy(
                () ->
                    TrialFailures.named(
                        () -> {
                          larger.requireRoomForTraining(2);
                          return 0;
                        }))
            .isInstanceOfSatisfying(
                TrialFailedException.class,
                failure -> assertThat(failure.kind()).isEqualTo(FailureKind.OUT_OF_MEMORY))
            .hasMessageContaining("pretended has ");
      }
    }
  }
}
