package org.edm2search.model.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.edm2search.model.device.Device;
import org.edm2search.model.graph.Graph;
import org.edm2search.model.graph.Node;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TiledChainsTest {

  /** A tile and a piece. */
  private static final long ROWS = 4099;

  private static final long COLUMNS = 40;
  private static final int OPERATIONS = 30;

  private record Drawn(Graph graph, List<Node> results) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void tilesGiveTheSameBitsWhateverIsReadInBetween(long seed) {
    INDArray x = Nd4j.randn(DataType.FLOAT, ROWS, COLUMNS);
    List<INDArray> whole = run(seed, x, Long.MAX_VALUE);
    List<INDArray> tiled = run(seed, x, ROWS * COLUMNS);
    for (int i = 0; i < whole.size(); i++) {
      assertThat(tiled.get(i).toFloatMatrix()).isDeepEqualTo(whole.get(i).toFloatMatrix());
    }
  }

  private static List<INDArray> run(long seed, INDArray x, long least) {
    Drawn drawn = draw(new Random(seed));
    Plan.Builder builder = Plan.of(drawn.graph).tiledFrom(least);
    drawn.results.forEach(builder::result);
    try (Plan plan = builder.build()) {
      plan.poison();
      plan.input("x").assign(x);
      plan.run();
      return drawn.results.stream().map(node -> plan.result(node).dup()).toList();
    }
  }

  /** Draws element-wise operations, and others that end a chain, on recent values or older ones. */
  private static Drawn draw(Random random) {
    Graph graph = new Graph(Device.CPU);
    List<Node> nodes = new ArrayList<>(List.of(graph.input("x", ROWS, COLUMNS)));
    for (int i = 0; i < OPERATIONS; i++) {
      Node recent = nodes.get(nodes.size() - 1);
      Node any = nodes.get(random.nextInt(nodes.size()));
      nodes.add(
          switch (random.nextInt(8)) {
            case 0 -> graph.tanh(recent);
            case 1 -> graph.scale(any, 0.5);
            case 2 -> graph.shift(recent, 1);
            case 3 -> graph.minimum(recent, graph.scalar(2));
            case 4 -> graph.maximum(any, recent);
            case 5 -> graph.divide(recent, graph.filled(1.5, ROWS, 1));
            case 6 -> graph.add(recent, any);
            default -> graph.multiply(recent, any);
          });
    }
    return new Drawn(
        graph, List.of(nodes.get(OPERATIONS), nodes.get(1 + random.nextInt(OPERATIONS - 1))));
  }
}
