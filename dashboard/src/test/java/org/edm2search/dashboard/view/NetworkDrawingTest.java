package org.edm2search.dashboard.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.edm2search.space.architecture.BlockSpec;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.architecture.UNetLayout;
import org.edm2search.space.cost.CostModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkDrawingTest {

  @ParameterizedTest
  @ValueSource(strings = {"A", "B", "E", "G*", "G*XL"})
  void everyPresetFitsItsDrawing(String config) {
    UNetLayout layout = UNetLayout.of(Presets.of(config));
    NetworkDrawing drawing = NetworkDrawing.of(layout);

    assertThat(drawing.boxes()).hasSize(layout.blocks().size() + 2);
    assertThat(drawing.levels()).hasSize(layout.spec().channelMult().size());
    assertThat(drawing.flow()).hasSize(drawing.boxes().size() - 1);
    for (NetworkDrawing.Box box : drawing.boxes()) {
      assertThat(box.x() + box.width()).isLessThanOrEqualTo(drawing.width());
      assertThat(box.y() + box.height()).isLessThanOrEqualTo(drawing.height());
      for (NetworkDrawing.Bar bar : box.bars()) {
        assertThat(bar.x()).isGreaterThanOrEqualTo(box.x());
        assertThat(bar.x() + bar.width()).isLessThanOrEqualTo(box.x() + box.width() + 0.2);
        assertThat(bar.y() + bar.height()).isLessThanOrEqualTo(box.y() + box.height());
      }
    }
  }

  @Test
  void everySkipIsDrawn() {
    UNetLayout layout = ExampleViews.smallNetwork();
    long skips = layout.blocks().stream().filter(block -> block.skip().isPresent()).count();

    assertThat(NetworkDrawing.of(layout).skips())
        .hasSize((int) skips)
        .allMatch(p -> p.startsWith("M"));
  }

  @Test
  void blocksShowOperationsInOrder() {
    BlockSpec block = ExampleViews.smallNetwork().blocks().get(0);

    assertThat(BlockView.notation(block)).isEqualTo("φ · dw5 · pw→64 · φ · pw→16 · ×c · φ · dw5");
  }

  @Test
  void blocksCarryTheirShareOfTheCost() {
    UNetLayout layout = ExampleViews.smallNetwork();
    ArchitectureView view = ArchitectureView.of(layout);

    assertThat(view.blocks()).allMatch(block -> block.parameters() > 0 && block.multiplyAdds() > 0);
    assertThat(view.blocks().stream().mapToLong(BlockView::multiplyAdds).sum())
        .isLessThan(CostModel.of(layout).multiplyAdds());
  }
}
