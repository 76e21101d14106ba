package org.edm2search.model.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.edm2search.model.device.HostView;
import org.edm2search.model.graph.Graph;
import org.edm2search.model.graph.Node;
import org.edm2search.model.graph.Operation;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A graph made ready to run: only the operations that its results need, with every buffer placed
 * and every native call prepared. Not thread-safe; owns native memory until closed.
 */
public final class Plan implements AutoCloseable {

  private final Map<String, INDArray> inputs;
  private final Map<Node, INDArray> results;

  /**
   * Results lie outside the arena: a GPU copies whole buffers to the host, not one number of them.
   */
  private final List<INDArray> ownResults;

  private final List<NativeCall> weightCalls;
  private final List<NativeCall> calls;
  private final boolean parametersStandStill;
  private @Nullable INDArray arena;
  private boolean weightsReady;

  /** Builds plans. */
  public static final class Builder {
    private final Graph graph;
    private final Map<String, INDArray> parameters = new HashMap<>();
    private final Map<Node, INDArray> bound = new LinkedHashMap<>();
    private final Set<Node> kept = new LinkedHashSet<>();
    private boolean parametersStandStill;
    private long leastTiled = Long.MAX_VALUE;

    private Builder(Graph graph) {
      this.graph = graph;
    }

    /** Reads a parameter from an array, at every run. */
    public Builder parameter(String name, INDArray array) {
      parameters.put(name, array);
      return this;
    }

    /** Keeps a result readable after a run. */
    public Builder result(Node node) {
      kept.add(node);
      return this;
    }

    /** Writes a result into an array. */
    public Builder result(Node node, INDArray array) {
      bound.put(node, array);
      return this;
    }

    /**
     * Computes what depends on parameters alone once and keeps it until {@link #parametersChanged}.
     */
    public Builder parametersStandStill() {
      parametersStandStill = true;
      return this;
    }

    /**
     * Runs neighbouring element-wise operations on at least so many values tile by tile, which pays
     * on one thread: with more, each tile's calls are too short to be shared out.
     */
    public Builder tiledFrom(long values) {
      leastTiled = values;
      return this;
    }

    /**
     * Lays out memory and prepares the calls.
     *
     * @throws IllegalArgumentException if a parameter's array is missing or has another shape
     */
    public Plan build() {
      Layout layout = layOut();
      Map<Node, INDArray> outside = given();
      Map<String, INDArray> inputs = new LinkedHashMap<>();
      graph
          .inputs()
          .forEach(
              (name, node) -> {
                INDArray array = Nd4j.create(DataType.FLOAT, node.shape());
                inputs.put(name, array);
                outside.put(node, array);
              });
      List<INDArray> ownResults = new ArrayList<>();
      for (Node node : ownResults()) {
        INDArray array = Nd4j.create(DataType.FLOAT, node.shape());
        ownResults.add(array);
        outside.put(node, array);
      }
      INDArray arena = Nd4j.create(DataType.FLOAT, layout.placement().length());
      CallPreparation preparation = new CallPreparation(layout, arena, outside);
      Map<Node, INDArray> results = new HashMap<>();
      results().forEach(node -> results.put(node, preparation.arrayOf(node)));
      return new Plan(inputs, results, ownResults, arena, preparation, parametersStandStill);
    }

    /** Returns the operations that the plan would run, without making it: all but reshapes. */
    public List<Operation> operations() {
      return Schedule.of(graph, results()).order().stream()
          .filter(operation -> operation.kind() != Operation.Kind.RESHAPE)
          .toList();
    }

    /** Returns the {@link Plan#bytes()} of the plan without making it. */
    public long bytes() {
      long leaves =
          Stream.concat(graph.inputs().values().stream(), ownResults().stream())
              .mapToLong(Node::length)
              .sum();
      return (layOut().placement().length() + leaves) * Float.BYTES;
    }

    private Layout layOut() {
      Set<Node> outside = new HashSet<>(graph.inputs().values());
      outside.addAll(graph.parameters().values());
      outside.addAll(graph.constants().keySet());
      outside.addAll(results());
      Schedule schedule = Schedule.of(graph, results());
      TiledChains chains =
          leastTiled == Long.MAX_VALUE
              ? TiledChains.none(schedule)
              : TiledChains.find(schedule, leastTiled, outside);
      return new Layout(
          schedule, chains, new Placement(schedule, outside, parametersStandStill, chains));
    }

    private Set<Node> results() {
      Set<Node> results = new LinkedHashSet<>(kept);
      results.addAll(bound.keySet());
      return results;
    }

    /** Returns the results that need arrays of the plan's own. */
    private Set<Node> ownResults() {
      Set<Node> own = new LinkedHashSet<>(kept);
      own.removeAll(bound.keySet());
      own.removeAll(graph.inputs().values());
      own.removeAll(graph.parameters().values());
      own.removeAll(graph.constants().keySet());
      return own;
    }

    /** Returns the arrays that are there before the plan. */
    private Map<Node, INDArray> given() {
      Map<Node, INDArray> given = new HashMap<>(graph.constants());
      graph.parameters().forEach((name, node) -> given.put(node, parameterArray(name, node)));
      given.putAll(bound);
      return given;
    }

    private INDArray parameterArray(String name, Node node) {
      INDArray array = parameters.get(name);
      if (array == null || !Arrays.equals(array.shape(), node.shape())) {
        throw new IllegalArgumentException(
            "parameter %s needs shape %s, but got %s"
                .formatted(
                    name,
                    Arrays.toString(node.shape()),
                    array == null ? "nothing" : Arrays.toString(array.shape())));
      }
      return array;
    }
  }

  /** Starts a plan for a graph. */
  public static Builder of(Graph graph) {
    return new Builder(graph);
  }

  private Plan(
      Map<String, INDArray> inputs,
      Map<Node, INDArray> results,
      List<INDArray> ownResults,
      INDArray arena,
      CallPreparation preparation,
      boolean parametersStandStill) {
    this.inputs = inputs;
    this.results = results;
    this.ownResults = ownResults;
    this.arena = arena;
    this.parametersStandStill = parametersStandStill;
    weightCalls = preparation.weightCalls();
    calls = preparation.calls();
  }

  /** Returns the array that feeds an input: fill it before a run. */
  public INDArray input(String name) {
    INDArray array = inputs.get(name);
    if (array == null) {
      throw new IllegalArgumentException(
          "the plan has no input '%s', but %s".formatted(name, inputs.keySet()));
    }
    return array;
  }

  /**
   * Copies values to an input.
   *
   * @throws IllegalArgumentException if the plan has no such input or it has another shape
   */
  public void feed(String name, INDArray values) {
    INDArray input = input(name);
    if (!Arrays.equals(input.shape(), values.shape())) {
      throw new IllegalArgumentException(
          "expected %s of shape %s, but received %s"
              .formatted(name, Arrays.toString(input.shape()), Arrays.toString(values.shape())));
    }
    if (values.dataType() == DataType.FLOAT && HostView.isRowMajor(values)) {
      // A copy of memory: ND4J's own assignment allocates native memory at each call.
      HostView.write(input, buffer -> buffer.put(HostView.read(values)));
    } else {
      input.assign(values);
    }
  }

  /** Returns whether an input is read at all. */
  public boolean hasInput(String name) {
    return inputs.containsKey(name);
  }

  /** Returns the array of a result; the next run overwrites it. */
  public INDArray result(Node node) {
    INDArray array = results.get(node);
    if (array == null) {
      throw new IllegalArgumentException(node + " is not a result of the plan");
    }
    return array;
  }

  /** Runs every operation. */
  public void run() {
    openArena();
    if (!parametersStandStill || !weightsReady) {
      for (NativeCall call : weightCalls) {
        call.run();
      }
      weightsReady = true;
    }
    for (NativeCall call : calls) {
      call.run();
    }
  }

  /** Tells that parameters were written since the last run. */
  public void parametersChanged() {
    weightsReady = false;
  }

  /**
   * Fills the arena and every result of the plan's own with NaN, so that reading what no operation
   * wrote shows.
   */
  public void poison() {
    openArena().assign(Float.NaN);
    ownResults.forEach(result -> result.assign(Float.NaN));
    weightsReady = false;
  }

  /** Returns the bytes of arena, inputs and results. */
  public long bytes() {
    long leaves =
        Stream.concat(inputs.values().stream(), ownResults.stream())
            .mapToLong(INDArray::length)
            .sum();
    return (openArena().length() + leaves) * Float.BYTES;
  }

  private INDArray openArena() {
    if (arena == null) {
      throw new IllegalStateException("the plan is closed");
    }
    return arena;
  }

  @Override
  public void close() {
    if (arena == null) {
      return;
    }
    weightCalls.forEach(NativeCall::close);
    calls.forEach(NativeCall::close);
    inputs.values().forEach(INDArray::close);
    ownResults.forEach(INDArray::close);
    arena.close();
    arena = null;
  }

  /** Returns a row-major view of part of a vector, starting at an element. */
  public static INDArray view(INDArray vector, long offset, long... shape) {
    return Nd4j.create(
        vector.data(), shape, Nd4j.getStrides(shape, 'c'), vector.offset() + offset, 'c');
  }
}
