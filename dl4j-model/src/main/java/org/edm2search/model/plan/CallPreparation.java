package org.edm2search.model.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.edm2search.model.graph.Node;
import org.edm2search.model.graph.Operation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Prepares native calls on the arrays of a placement. */
final class CallPreparation {

  private final Schedule schedule;
  private final TiledChains chains;
  private final Placement placement;
  private final INDArray arena;
  private final Map<Node, INDArray> outside;
  private final Map<Node, INDArray> arrays = new HashMap<>();

  /**
   * Begins.
   *
   * @param arena as long as the placement says
   * @param outside arrays of the nodes that the placement does not place
   */
  CallPreparation(Layout layout, INDArray arena, Map<Node, INDArray> outside) {
    schedule = layout.schedule();
    chains = layout.chains();
    placement = layout.placement();
    this.arena = arena;
    this.outside = outside;
  }

  /** Returns the calls that depend on parameters and constants alone. */
  List<NativeCall> weightCalls() {
    List<NativeCall> calls = new ArrayList<>();
    schedule.weightOperations().forEach(operation -> prepare(operation, calls));
    return calls;
  }

  /** Returns the calls of every run. */
  List<NativeCall> calls() {
    List<NativeCall> calls = new ArrayList<>();
    List<Operation> operations = schedule.otherOperations();
    int before = schedule.weightOperations().size();
    int index = 0;
    while (index < operations.size()) {
      int end = chains.last(before + index) - before + 1;
      if (end == index + 1) {
        prepare(operations.get(index), calls);
      } else {
        prepareTiles(operations.subList(index, end), calls);
      }
      index = end;
    }
    return calls;
  }

  private void prepare(Operation operation, List<NativeCall> calls) {
    if (operation.kind() == Operation.Kind.RESHAPE && !outside.containsKey(operation.output())) {
      return;
    }
    calls.add(
        NativeCall.of(
            operation,
            operation.inputs().stream().map(this::arrayOf).toList(),
            operation.outputs().stream().map(this::arrayOf).toList()));
  }

  private void prepareTiles(List<Operation> chain, List<NativeCall> calls) {
    long values = chain.get(0).output().length();
    long tile = TiledChains.tile(values);
    for (long first = 0; first < values; first += tile) {
      long start = first;
      long length = Math.min(tile, values - first);
      for (Operation operation : chain) {
        calls.add(
            NativeCall.of(
                operation,
                operation.inputs().stream().map(node -> part(node, start, length)).toList(),
                List.of(part(operation.output(), start, length))));
      }
    }
  }

  /** Returns part of a node, or where its chain keeps it for a while; single numbers whole. */
  private INDArray part(Node node, long start, long length) {
    if (chains.isInner(placement.home(node))) {
      return Plan.view(arena, Objects.requireNonNull(placement.buffer(node)).offset(), 1, length);
    }
    return node.length() == 1 ? arrayOf(node) : Plan.view(arrayOf(node), start, 1, length);
  }

  /** Returns the array of a node. */
  INDArray arrayOf(Node node) {
    INDArray known = arrays.get(node);
    if (known == null) {
      known = locate(node);
      arrays.put(node, known);
    }
    return known;
  }

  private INDArray locate(Node node) {
    MemoryLayout.Buffer buffer = placement.buffer(node);
    if (buffer != null) {
      return Plan.view(arena, buffer.offset(), node.shape());
    }
    INDArray array = Objects.requireNonNull(outside.get(placement.home(node)));
    return Arrays.equals(array.shape(), node.shape()) ? array : array.reshape('c', node.shape());
  }
}
