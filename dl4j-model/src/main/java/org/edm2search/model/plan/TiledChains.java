package org.edm2search.model.plan;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.edm2search.model.graph.Node;
import org.edm2search.model.graph.Operation;

/**
 * Neighbouring element-wise operations on large values of one shape, to be run tile by tile: what
 * they hand on stays in the cache, and what only they read needs no more memory than a tile. Every
 * value is computed as before, to the last bit.
 */
final class TiledChains {

  /** Values of a tile: 512 KiB, of which the second-level cache holds two. */
  private static final long TILE = 128 * 1024;

  /** Tiles of one chain at most, since each has calls of its own. */
  private static final long MOST_TILES = 64;

  /** A multiple of every vector register. */
  private static final long ALIGNMENT = 16;

  /** The last operation of the chain that an operation is in: itself if in none. */
  private final int[] last;

  private final Set<Node> inner = Collections.newSetFromMap(new IdentityHashMap<>());

  private TiledChains(int operations) {
    last = new int[operations];
    Arrays.setAll(last, index -> index);
  }

  /** Returns that every operation runs by itself. */
  static TiledChains none(Schedule schedule) {
    return new TiledChains(schedule.order().size());
  }

  /**
   * Finds chains.
   *
   * @param schedule its weight operations are in no chain
   * @param least values from which on tiles pay
   * @param kept nodes that are read after the run
   */
  static TiledChains find(Schedule schedule, long least, Set<Node> kept) {
    List<Operation> order = schedule.order();
    TiledChains chains = new TiledChains(order.size());
    int index = schedule.weightOperations().size();
    while (index < order.size()) {
      int end = index + 1;
      if (isTiled(order.get(index), least)) {
        while (end < order.size()
            && isTiled(order.get(end), least)
            && Arrays.equals(shape(order.get(end)), shape(order.get(index)))) {
          end++;
        }
      }
      Arrays.fill(chains.last, index, end, end - 1);
      index = end;
    }
    chains.findInner(order, kept);
    return chains;
  }

  private static boolean isTiled(Operation operation, long least) {
    return operation.kind() == Operation.Kind.ELEMENT_WISE
        && operation.output().length() >= least
        && operation.inputs().stream()
            .allMatch(
                input -> input.length() == 1 || Arrays.equals(input.shape(), shape(operation)));
  }

  private static long[] shape(Operation operation) {
    return operation.output().shape();
  }

  private void findInner(List<Operation> order, Set<Node> kept) {
    Map<Node, Integer> lastRead = new IdentityHashMap<>();
    for (int index = 0; index < order.size(); index++) {
      for (Node input : order.get(index).inputs()) {
        lastRead.put(input, index);
      }
    }
    for (int index = 0; index < order.size(); index++) {
      if (index < last[index]) {
        Node output = order.get(index).output();
        if (!kept.contains(output) && lastRead.getOrDefault(output, index) <= last[index]) {
          inner.add(output);
        }
      }
    }
  }

  /** Returns the last operation of an operation's chain. */
  int last(int operation) {
    return operation < last.length ? last[operation] : operation;
  }

  /** Returns whether nothing but the chain that computes a node reads it. */
  boolean isInner(Node node) {
    return inner.contains(node);
  }

  /** Returns the values that are kept of a node while its chain runs. */
  long stored(Node node) {
    return isInner(node) ? tile(node.length()) : node.length();
  }

  /** Returns the values of a tile. */
  static long tile(long values) {
    long most = Math.max(TILE, (values + MOST_TILES - 1) / MOST_TILES);
    return Math.min(values, (most + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
  }
}
