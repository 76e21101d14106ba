package org.edm2search.dashboard.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.edm2search.space.architecture.UNetLayout;
import org.edm2search.space.cost.CostModel;
import org.junit.jupiter.api.Test;

class ArchitectureViewTest {

  @Test
  void blocksShowOperationsInOrder() {
    ArchitectureView view = ArchitectureView.of(ExampleViews.smallNetwork());

    assertThat(view.blocks().get(0).branch())
        .isEqualTo("φ · dw5 · pw→64 · φ · pw→16 · ×c · φ · dw5");
  }

  @Test
  void blocksCarryTheirShareOfTheCost() {
    UNetLayout layout = ExampleViews.smallNetwork();
    ArchitectureView view = ArchitectureView.of(layout);

    assertThat(view.blocks())
        .allMatch(block -> block.cost().parameters() > 0 && block.cost().multiplyAdds() > 0);
    assertThat(view.blocks().stream().mapToLong(block -> block.cost().multiplyAdds()).sum())
        .isLessThan(CostModel.of(layout).multiplyAdds());
  }
}
