package org.edm2search.space.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.edm2search.space.Architectures;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchSpec;
import org.edm2search.space.architecture.ParameterSpec;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.architecture.UNetLayout;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class CostModelTest {

  @RepeatedTest(100)
  void parametersAreTheSizesOfTrainableTensors(RepetitionInfo repetition) {
    UNetLayout layout = layout(repetition);
    long sizes =
        layout.parameters().stream()
            .filter(ParameterSpec::trainable)
            .mapToLong(ParameterSpec::size)
            .sum();
    assertThat(CostModel.of(layout).parameters()).isEqualTo(sizes);
  }

  @RepeatedTest(50)
  void partsAddUp(RepetitionInfo repetition) {
    UNetLayout layout = layout(repetition);
    assertThat(
            CostModel.breakdown(layout).stream().map(BlockCost::cost).reduce(Cost.ZERO, Cost::plus))
        .isEqualTo(CostModel.of(layout));
    assertThat(CostModel.breakdown(layout)).hasSize(layout.blocks().size() + 4);
  }

  @RepeatedTest(50)
  void widerMiddlesCostMore(RepetitionInfo repetition) {
    SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
    BranchSpec branch = Architectures.separable(random);
    Cost previous = Cost.ZERO;
    for (double expansion : new double[] {1, 1.5, 2, 4, 6}) {
      Cost cost =
          CostModel.of(
              Architectures.small(
                  new BranchSpec(
                      branch.kind(),
                      branch.kernels(),
                      expansion,
                      branch.embedding(),
                      branch.linearBottleneck())));
      assertThat(cost.parameters()).isGreaterThan(previous.parameters());
      assertThat(cost.multiplyAdds()).isGreaterThan(previous.multiplyAdds());
      previous = cost;
    }
  }

  @Test
  void goldenNetworksHaveTheirParameters() {
    assertThat(CostModel.of(Architectures.small(Presets.branch("A"))).parameters())
        .isEqualTo(45859);
    assertThat(CostModel.of(Architectures.small(Presets.branch("B"))).parameters())
        .isEqualTo(13139);
    assertThat(CostModel.of(Architectures.small(Presets.branch("Ek7"))).parameters())
        .isEqualTo(81251);
    assertThat(CostModel.of(Architectures.small(Presets.branch("Gstar"))).parameters())
        .isEqualTo(27795);
  }

  @Test
  void guidedNetworksAddUpToThePaper() {
    Presets.GuidedPreset guided = Presets.guided().get(0);
    Cost guide = CostModel.of(guided.guide());
    assertThat(guide.parameters()).isBetween(68_175_000L, 68_185_000L);
    assertThat(guide.multiplyAdds()).isBetween(22_705_000_000L, 22_715_000_000L);
    Cost both = CostModel.of(guided.main()).plus(guide);
    assertThat(Math.round(both.multiplyAdds() / 1e9)).isEqualTo(73);
    assertThat(Math.round(both.parameters() / 1e6)).isEqualTo(222);
  }

  private static UNetLayout layout(RepetitionInfo repetition) {
    ArchitectureSpec spec =
        Architectures.random(new SplittableRandom(repetition.getCurrentRepetition()));
    return UNetLayout.of(spec);
  }
}
