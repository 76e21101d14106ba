package org.edm2search.dashboard.view;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.edm2search.space.architecture.UNetLayout;
import org.edm2search.space.cost.BlockCost;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.cost.CostModel;
import org.edm2search.space.drawing.NetworkDrawing;

/**
 * A network, block by block.
 *
 * @param blocks the blocks in execution order
 * @param drawing the same as shapes
 */
public record ArchitectureView(List<BlockView> blocks, NetworkDrawing drawing) {

  public ArchitectureView {
    blocks = List.copyOf(blocks);
  }

  /** Shows a network. */
  public static ArchitectureView of(UNetLayout layout) {
    Map<String, Cost> costs =
        CostModel.breakdown(layout).stream()
            .collect(Collectors.toMap(BlockCost::name, BlockCost::cost));
    return new ArchitectureView(
        layout.blocks().stream()
            .map(
                block ->
                    new BlockView(
                        block,
                        Objects.requireNonNull(costs.get(block.name()), "every block has a cost")))
            .toList(),
        NetworkDrawing.of(layout));
  }
}
