package org.edm2search.model.plan;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.edm2search.model.graph.Node;
import org.edm2search.model.graph.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of a schedule lie in one arena. A reshape shares its operand's storage; an
 * element-wise operation writes over an operand that nothing reads again; other values have buffers
 * that overlap where they do not live at the same time. Allocates nothing.
 */
final class Placement {

  private final Set<Node> outside;
  private final TiledChains chains;

  /** The node whose storage a node shares: itself, but for reshapes and in-place results. */
  private final Map<Node, Node> homes = new HashMap<>();

  private final Map<Node, MemoryLayout.Buffer> buffers = new LinkedHashMap<>();
  private final long length;

  /**
   * Places every value.
   *
   * @param outside nodes that have arrays of their own
   * @param weightsKept whether what weight operations compute is read by later runs as well
   * @param chains operations of the schedule that run tile by tile
   */
  Placement(Schedule schedule, Set<Node> outside, boolean weightsKept, TiledChains chains) {
    this.outside = outside;
    this.chains = chains;
    List<Operation> order = schedule.order();
    Map<Node, Integer> lastReads = lastReads(order);
    if (weightsKept) {
      keepForLaterRuns(schedule.weightOperations(), lastReads);
    }
    for (int index = 0; index < order.size(); index++) {
      Operation operation = order.get(index);
      for (Node output : operation.outputs()) {
        Node home = chooseHome(operation, output, index);
        homes.put(output, home);
        if (home == output && !outside.contains(output)) {
          buffers.put(output, new MemoryLayout.Buffer(chains.stored(output), index));
        }
        MemoryLayout.Buffer buffer = buffers.get(home);
        if (buffer != null) {
          buffer.usedAt(Math.max(index, lastReads.getOrDefault(output, index)));
        }
      }
    }
    for (MemoryLayout.Buffer buffer : buffers.values()) {
      // What a chain reads, it reads in its last tile again.
      buffer.usedAt(chains.last(buffer.last()));
    }
    length = Math.max(MemoryLayout.place(List.copyOf(buffers.values())), 1);
  }

  /** Returns the last operation that reads each node or a reshape of it. */
  private static Map<Node, Integer> lastReads(List<Operation> order) {
    Map<Node, Integer> lastReads = new HashMap<>();
    for (int index = order.size() - 1; index >= 0; index--) {
      Operation operation = order.get(index);
      int read = index;
      if (operation.kind() == Operation.Kind.RESHAPE) {
        read = Math.max(read, lastReads.getOrDefault(operation.output(), index));
      }
      for (Node input : operation.inputs()) {
        lastReads.merge(input, read, Math::max);
      }
    }
    return lastReads;
  }

  /** What other operations read of weight operations must survive: these do not run next time. */
  private static void keepForLaterRuns(
      List<Operation> weightOperations, Map<Node, Integer> lastReads) {
    for (Operation operation : weightOperations) {
      for (Node output : operation.outputs()) {
        lastReads.computeIfPresent(
            output, (node, last) -> last >= weightOperations.size() ? Integer.MAX_VALUE : last);
      }
    }
  }

  private Node chooseHome(Operation operation, Node output, int index) {
    if (outside.contains(output)) {
      return output;
    }
    if (operation.kind() == Operation.Kind.RESHAPE) {
      return home(operation.inputs().get(0));
    }
    if (operation.kind() != Operation.Kind.ELEMENT_WISE || isBroadcast(operation, output)) {
      return output;
    }
    for (Node input : operation.inputs()) {
      Node home = home(input);
      MemoryLayout.Buffer buffer = buffers.get(home);
      boolean free = buffer != null && buffer.last() == index;
      boolean large = !chains.isInner(home) || chains.isInner(output);
      if (free && large && Arrays.equals(input.shape(), output.shape())) {
        return home;
      }
    }
    return output;
  }

  /**
   * Whether an operand is repeated, other than a single number. Such an operand must not be
   * overwritten while it is still read, and in place the library's loops are not vectorized: three
   * times slower.
   */
  private static boolean isBroadcast(Operation operation, Node output) {
    return operation.inputs().stream()
        .anyMatch(input -> input.length() != 1 && !Arrays.equals(input.shape(), output.shape()));
  }

  /** Returns the node whose storage a node shares. */
  Node home(Node node) {
    return homes.getOrDefault(node, node);
  }

  /** Returns where in the arena a node lies; null if outside. */
  MemoryLayout.@Nullable Buffer buffer(Node node) {
    return buffers.get(home(node));
  }

  /** Returns the elements of the arena. */
  long length() {
    return length;
  }
}
