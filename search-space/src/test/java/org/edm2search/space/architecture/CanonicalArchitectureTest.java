package org.edm2search.space.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.edm2search.space.Architectures;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalArchitectureTest {

  @RepeatedTest(100)
  void layoutStaysTheSame(RepetitionInfo repetition) {
    ArchitectureSpec spec =
        Architectures.random(new SplittableRandom(repetition.getCurrentRepetition()));
    ArchitectureSpec canonical = spec.canonical();
    assertThat(UNetLayout.of(canonical).blocks()).isEqualTo(UNetLayout.of(spec).blocks());
    assertThat(UNetLayout.of(canonical).parameters()).isEqualTo(UNetLayout.of(spec).parameters());
    assertThat(canonical.canonical()).isEqualTo(canonical);
  }

  @RepeatedTest(50)
  void spellingOutEveryBlockChangesNothing(RepetitionInfo repetition) {
    SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
    ArchitectureSpec spec = Architectures.random(random);
    Map<String, BranchSpec> spelledOut = new TreeMap<>();
    for (BlockSpec block : UNetLayout.of(spec).blocks()) {
      spelledOut.put(block.name(), spec.branches().branchOf(block));
    }
    ArchitectureSpec same =
        spec.withBranches(new BranchAssignment(Architectures.branch(random), spelledOut));
    assertThat(same.canonical()).isEqualTo(spec.canonical());
  }

  @ParameterizedTest
  @CsvSource({"288, 64, 4", "192, 64, 3", "8, 8, 1", "100, 51, 1"})
  void headsAreAsManyAsFit(int channels, int channelsPerHead, int heads) {
    ArchitectureSpec spec =
        ArchitectureSpec.builder()
            .imgResolution(8)
            .imgChannels(1)
            .labelDim(0)
            .modelChannels(channels)
            .channelMult(List.of(1))
            .numBlocks(1)
            .channelsPerHead(channelsPerHead)
            .branches(BranchAssignment.uniform(BranchSpec.CONV))
            .build();
    assertThat(UNetLayout.of(spec).blocks())
        .filteredOn(BlockSpec::hasAttention)
        .isNotEmpty()
        .allSatisfy(block -> assertThat(block.heads()).isEqualTo(heads));
  }

  @Test
  void overridesEqualToTheBaseVanish() {
    BranchSpec seed = Presets.seedBranch();
    ArchitectureSpec spec =
        Architectures.small()
            .withBranches(
                new BranchAssignment(
                    BranchSpec.CONV, Map.of("enc", seed, "dec", seed, "dec.8x8_in0", seed)));
    assertThat(spec.canonical().branches()).isEqualTo(BranchAssignment.uniform(seed));
  }

  @Test
  void stagesThatDifferStayStages() {
    BranchAssignment branches =
        new BranchAssignment(Presets.branch("G*"), Map.of("enc", Presets.branch("E")));
    assertThat(Architectures.small().withBranches(branches).canonical().branches())
        .isEqualTo(branches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mid", "out"})
  void linearBottleneckNeedsAnInputPlacement(String placement) {
    Map<Placement, Integer> kernels =
        Map.of(Placement.valueOf(placement.toUpperCase(java.util.Locale.ROOT)), 3);
    assertThat(new BranchSpec(BranchKind.SEPARABLE, kernels, 4, EmbeddingPosition.WIDE, false))
        .isEqualTo(new BranchSpec(BranchKind.SEPARABLE, kernels, 4, EmbeddingPosition.WIDE, true));
  }
}
