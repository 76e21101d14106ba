package org.edm2search.model.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.BranchSpec;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.cost.CostModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProfilerTest {

  private static final ArchitectureSpec SPEC =
      ArchitectureSpec.builder()
          .imgResolution(8)
          .imgChannels(1)
          .labelDim(10)
          .modelChannels(8)
          .channelMult(List.of(1, 2))
          .numBlocks(1)
          .attnResolutions(Set.of(4))
          .channelsPerHead(8)
          .branches(BranchAssignment.uniform(Presets.seedBranch()))
          .build();

  @ParameterizedTest
  @EnumSource(Pass.Kind.class)
  void measuresAPassInAProcessOfItsOwn(Pass.Kind kind) {
    List<String> steps = new ArrayList<>();
    ProfileProcess process = new ProfileProcess(1, (step, seconds) -> steps.add(step));
    PassProfile profile = process.measure(SPEC, new Pass(kind, 4), new Repetition(3, 1000));

    assertThat(profile.pass()).isEqualTo(new Pass(kind, 4));
    assertThat(profile.seconds()).hasSize(3).allMatch(seconds -> seconds > 0 && seconds < 60);
    assertThat(profile.weightBytes()).isEqualTo(4 * CostModel.of(SPEC).parameters());
    long oneActivation = 4L * SPEC.modelChannels() * 8 * 8 * Float.BYTES;
    assertThat(profile.planBytes()).isGreaterThan(oneActivation);
    profile.residentBytes().ifPresent(bytes -> assertThat(bytes).isBetween(1L, 1L << 30));
    assertThat(steps).contains("drawing weights", "warming up, batch 4", "batch 4, run 1");
    assertThat(steps).anyMatch(step -> step.matches("batch 4, run 3, .* s each"));
  }

  @Test
  void theProcessSaysWhyItFailed() {
    ArchitectureSpec huge =
        ArchitectureSpec.builder()
            .imgResolution(64)
            .imgChannels(3)
            .labelDim(0)
            .modelChannels(2048)
            .channelMult(List.of(4, 4, 4))
            .numBlocks(16)
            .channelsPerHead(64)
            .branches(BranchAssignment.uniform(BranchSpec.CONV))
            .build();
    ProfileProcess process = new ProfileProcess(1, (step, seconds) -> {});
    assertThatThrownBy(
            () -> process.measure(huge, new Pass(Pass.Kind.DENOISING, 1), new Repetition(1, 0)))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageMatching("needs \\d+\\.\\d GB for its weights, but may take .* GB");
  }

  @Test
  void theLimitOfTimeEndsThePassAfterOneRun() {
    PassProfile profile =
        new Profiler(step -> {})
            .measure(
                SPEC, new Pass(Pass.Kind.DENOISING, 1), new Repetition(1000, 0), Long.MAX_VALUE);
    assertThat(profile.seconds()).hasSize(1);
  }

  @Test
  void theBatchIsHalvedUntilItFits() {
    Profiler profiler = new Profiler(step -> {});
    Pass wanted = new Pass(Pass.Kind.TRAINING, 16);
    PassProfile whole = profiler.measure(SPEC, wanted, new Repetition(1, 0), Long.MAX_VALUE);
    long limit = whole.weightBytes() + whole.planBytes() / 2;
    PassProfile smaller = profiler.measure(SPEC, wanted, new Repetition(1, 0), limit);

    assertThat(whole.pass().batch()).isEqualTo(16);
    assertThat(smaller.pass().batch()).isLessThan(16);
    assertThat(smaller.planBytes()).isLessThanOrEqualTo(whole.planBytes() / 2);
    long none = whole.weightBytes() + 1000;
    assertThatThrownBy(() -> profiler.measure(SPEC, wanted, new Repetition(1, 0), none))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("for one image");
  }

  @ParameterizedTest
  @CsvSource({"32, 3200, 32", "32, 3199, 16", "32, 100, 1", "24, 1100, 6", "7, 699, 3"})
  void theLargestFittingBatchIsTaken(int wanted, long limit, int expected) {
    assertThat(Profiler.fittingBatch(wanted, batch -> 100L * batch, limit)).isEqualTo(expected);
  }

  @Test
  void matrixProductsAreCounted() {
    double peak = new ProfileProcess(1, (step, seconds) -> {}).matrixMultiplyPeak();
    assertThat(peak).isBetween(1e8, 1e13);
  }

  @Test
  void summarizesItsRuns() {
    PassProfile profile =
        new PassProfile(
            new Pass(Pass.Kind.TRAINING, 8),
            List.of(4.0, 1.0, 2.0, 2.0),
            0,
            0,
            OptionalLong.empty());
    assertThat(profile.medianSeconds()).isEqualTo(2);
    assertThat(profile.leastSeconds()).isEqualTo(1);
    assertThat(profile.mostSeconds()).isEqualTo(4);
    assertThat(profile.imagesPerSecond()).isEqualTo(4);
    assertThat(profile.multiplyAddsPerSecond(10)).isEqualTo(120);
  }
}
