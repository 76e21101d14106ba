package org.edm2search.model.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Emits the gradient of a graph: every primitive records how it passes gradients on, and {@link
 * #backward} runs the records in reverse. A graph that is only evaluated never calls it, so that
 * nothing is emitted.
 */
public final class Tape {

  private final Graph graph;
  private final Deque<Runnable> records = new ArrayDeque<>();
  private final Map<Node, Node> gradients = new IdentityHashMap<>();

  public Tape(Graph graph) {
    this.graph = graph;
  }

  /** Returns the graph that gradients are emitted into. */
  public Graph graph() {
    return graph;
  }

  /** Records the gradient rule of a primitive that was just emitted. */
  public void record(Runnable backward) {
    records.push(backward);
  }

  /** Adds to the gradient of a value. */
  public void accumulate(Node value, Node gradient) {
    gradients.merge(value, gradient, graph::add);
  }

  /** Returns the gradient of a value, which something must have used. */
  public Node gradient(Node value) {
    Node gradient = gradients.get(value);
    if (gradient == null) {
      throw new IllegalStateException(value + " has no gradient: the loss does not depend on it");
    }
    return gradient;
  }

  /** Emits all gradients. Call {@link #accumulate} for the values the loss is read from first. */
  public void backward() {
    while (!records.isEmpty()) {
      records.pop().run();
    }
  }
}
