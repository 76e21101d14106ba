package org.edm2search.model.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.edm2search.model.device.Device;
import org.edm2search.model.graph.Graph;
import org.edm2search.model.graph.Node;
import org.junit.jupiter.api.Test;

class PlacementTest {

  private final Graph graph = new Graph(Device.CPU);
  private final Node input = graph.input("x", 4, 8);
  private final Node weight = graph.parameter("w", 8, 8);

  @Test
  void anElementWiseResultIsWrittenOverWhatNothingReadsAgain() {
    Node product = graph.matmul(input, false, weight, false, 1);
    Node reshaped = graph.reshape(product, 8, 4);
    Node result = graph.tanh(reshaped);
    Node last = graph.matmul(graph.reshape(result, 4, 8), false, weight, false, 1);

    Placement placement = place(false, last);

    assertThat(List.of(placement.home(reshaped), placement.home(result)))
        .containsOnly(placement.home(product));
    assertThat(placement.length()).as("one buffer").isEqualTo(32);
    assertThat(placement.buffer(last)).as("results lie outside").isNull();
  }

  @Test
  void whatIsReadAgainIsNotOverwritten() {
    Node product = graph.matmul(input, false, weight, false, 1);
    Node result = graph.tanh(graph.reshape(product, 8, 4));
    Node last = graph.add(graph.reshape(result, 4, 8), product);

    Placement placement = place(false, last);

    assertThat(placement.home(result)).isNotEqualTo(placement.home(product));
    assertThat(placement.length()).as("two buffers").isEqualTo(64);
  }

  @Test
  void whatWeightsGiveIsOverwrittenOnlyWhereItIsComputedAtEveryRun() {
    Node scaled = graph.matmul(weight, false, weight, true, 1);
    Node product = graph.multiply(graph.matmul(input, true, input, false, 1), scaled);
    Node last = graph.matmul(input, false, graph.tanh(product), false, 1);

    assertThat(place(false, last).length()).isEqualTo(128);
    Placement kept = place(true, last);
    assertThat(kept.buffer(scaled)).isNotNull();
    assertThat(kept.buffer(scaled).last()).isEqualTo(Integer.MAX_VALUE);
  }

  private Placement place(boolean weightsKept, Node result) {
    Schedule schedule = Schedule.of(graph, List.of(result));
    Set<Node> outside = new HashSet<>(List.of(input, weight, result));
    outside.addAll(graph.constants().keySet());
    return new Placement(schedule, outside, weightsKept, TiledChains.none(schedule));
  }
}
