package org.edm2search.space.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.architecture.UNetLayout;
import org.junit.jupiter.api.Test;

class ActivationModelTest {

  /** One level of 4×4 pixels, 1 channel of image, 2 channels, one block, G*: counted by hand. */
  @Test
  void countsEveryFeatureMapOnce() {
    ArchitectureSpec spec =
        ArchitectureSpec.builder()
            .imgResolution(4)
            .imgChannels(1)
            .labelDim(0)
            .modelChannels(2)
            .channelMult(List.of(1))
            .numBlocks(1)
            .channelsPerHead(2)
            .branches(BranchAssignment.uniform(Presets.seedBranch()))
            .build();
    // G*: act, dw in, pw expand (8), act (8), pw project, modulate, act, dw out. From n channels:
    // n + n + 8 + 8 + 2 + 2 + 2 + 2 = 2n + 24; then the sum (2) and the clipped output (2).
    int encoderBlock = 2 + (2 * 2 + 24) + 4; // the pixel norm first
    int in0 = (2 * 2 + 24) + 4 + 2 * 3 * 2 + 3 * 2; // with attention, its pairs below
    int in1 = (2 * 2 + 24) + 4;
    int decoderBlock = 4 + 2 + (2 * 4 + 24) + 4; // concatenation, skip convolution; twice
    int ends = 1 + 1 + 2 + 2;
    long pairs = 16 * 16;
    long elements = 16L * (encoderBlock + in0 + in1 + 2 * decoderBlock + ends) + pairs;
    assertThat(ActivationModel.bytes(UNetLayout.of(spec))).isEqualTo(4 * elements);
  }
}
