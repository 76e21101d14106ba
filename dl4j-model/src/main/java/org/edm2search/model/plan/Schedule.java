package org.edm2search.model.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.edm2search.model.graph.Graph;
import org.edm2search.model.graph.Node;
import org.edm2search.model.graph.Operation;

/**
 * The operations that some results need, in an order of execution: first those that depend on
 * parameters and constants alone, then the others.
 *
 * @param weightOperations run again only after parameters changed, where these stand still
 * @param otherOperations run every time
 */
record Schedule(List<Operation> weightOperations, List<Operation> otherOperations) {

  Schedule {
    weightOperations = List.copyOf(weightOperations);
    otherOperations = List.copyOf(otherOperations);
  }

  /** Returns what must run for results. */
  static Schedule of(Graph graph, Collection<Node> results) {
    Set<Operation> needed = neededFor(graph, results);
    Set<Node> weights = new HashSet<>(graph.parameters().values());
    weights.addAll(graph.constants().keySet());
    List<Operation> weightOperations = new ArrayList<>();
    List<Operation> otherOperations = new ArrayList<>();
    for (Operation operation : graph.operations()) {
      if (!needed.contains(operation)) {
        continue;
      }
      if (weights.containsAll(operation.inputs())) {
        weights.addAll(operation.outputs());
        weightOperations.add(operation);
      } else {
        otherOperations.add(operation);
      }
    }
    return new Schedule(weightOperations, otherOperations);
  }

  private static Set<Operation> neededFor(Graph graph, Collection<Node> results) {
    Map<Node, Operation> producers = new HashMap<>();
    for (Operation operation : graph.operations()) {
      operation.outputs().forEach(output -> producers.put(output, operation));
    }
    Set<Operation> needed = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Node> open = new ArrayDeque<>(results);
    while (!open.isEmpty()) {
      Operation producer = producers.get(open.pop());
      if (producer != null && needed.add(producer)) {
        open.addAll(producer.inputs());
      }
    }
    return needed;
  }

  /** Returns all operations as they are executed. */
  List<Operation> order() {
    return Stream.concat(weightOperations.stream(), otherOperations.stream()).toList();
  }
}
