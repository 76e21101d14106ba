package org.edm2search.model.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  private final Map<String, INDArray> inputs = new LinkedHashMap<>();
  private final Map<Node, INDArray> results = new IdentityHashMap<>();

  /**
   * Results lie outside the arena: a GPU copies whole buffers to the host, not one number of them.
   */
  private final List<INDArray> ownResults = new ArrayList<>();

  private final List<NativeCall> weightCalls = new ArrayList<>();
  private final List<NativeCall> calls = new ArrayList<>();
  private final boolean parametersStandStill;
  private @Nullable INDArray arena;
  private boolean weightsReady;

  /** Builds plans. */
  public static final class Builder {
    private final Graph graph;
    private final Map<String, INDArray> parameters = new HashMap<>();
    private final Map<Node, INDArray> bound = new IdentityHashMap<>();
    private final Set<Node> kept = new HashSet<>();
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

    /** Lays out memory and prepares the calls. */
    public Plan build() {
      Plan plan = new Plan(this);
      plan.new Compiler(this).compile();
      return plan;
    }

    /** Returns the operations that the plan would run, without making it: all but reshapes. */
    public List<Operation> operations() {
      Compiler compiler = new Plan(this).new Compiler(this);
      Set<Operation> needed = compiler.neededFor(compiler.roots());
      return graph.operations().stream()
          .filter(needed::contains)
          .filter(operation -> operation.kind() != Operation.Kind.RESHAPE)
          .toList();
    }

    /** Returns the {@link Plan#bytes()} of the plan without allocating its arena. */
    public long bytes() {
      Plan plan = new Plan(this);
      long arena = plan.new Compiler(this).layOut() * Float.BYTES;
      long bytes = arena + plan.leafBytes();
      plan.closeLeaves();
      return bytes;
    }
  }

  /** Starts a plan for a graph. */
  public static Builder of(Graph graph) {
    return new Builder(graph);
  }

  private Plan(Builder builder) {
    parametersStandStill = builder.parametersStandStill;
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
    return openArena().length() * Float.BYTES + leafBytes();
  }

  private long leafBytes() {
    return Stream.concat(inputs.values().stream(), ownResults.stream())
            .mapToLong(INDArray::length)
            .sum()
        * Float.BYTES;
  }

  private void closeLeaves() {
    inputs.values().forEach(INDArray::close);
    ownResults.forEach(INDArray::close);
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
    closeLeaves();
    arena.close();
    arena = null;
  }

  /** Turns a graph into calls; lives for the constructor only. */
  private final class Compiler {
    private final Builder builder;
    private final Map<Node, Operation> producers = new IdentityHashMap<>();

    /** The node whose storage a node shares: itself, but for reshapes and in-place results. */
    private final Map<Node, Node> storage = new IdentityHashMap<>();

    private final Map<Node, INDArray> fixed = new IdentityHashMap<>();
    private final Map<Node, MemoryLayout.Buffer> buffers = new IdentityHashMap<>();
    private final Map<Node, INDArray> arrays = new IdentityHashMap<>();
    private final List<Operation> weightOperations = new ArrayList<>();
    private final List<Operation> otherOperations = new ArrayList<>();
    private TiledChains chains = TiledChains.none(List.of());

    Compiler(Builder builder) {
      this.builder = builder;
    }

    void compile() {
      arena = Nd4j.create(DataType.FLOAT, layOut());
      weightOperations.forEach(operation -> prepare(operation, weightCalls));
      for (int index = 0; index < otherOperations.size(); index++) {
        int last = chains.last(weightOperations.size() + index) - weightOperations.size();
        if (last == index) {
          prepare(otherOperations.get(index), calls);
        } else {
          prepareTiles(otherOperations.subList(index, last + 1));
          index = last;
        }
      }
      roots().forEach(node -> results.put(node, arrayOf(node)));
    }

    private Set<Node> roots() {
      Set<Node> roots = new HashSet<>(builder.kept);
      roots.addAll(builder.bound.keySet());
      return roots;
    }

    /** Places every buffer and returns the elements of the arena. */
    long layOut() {
      Set<Operation> needed = neededFor(roots());
      Set<Node> weightNodes = new HashSet<>(builder.graph.parameters().values());
      weightNodes.addAll(builder.graph.constants().keySet());
      for (Operation operation : builder.graph.operations()) {
        if (!needed.contains(operation)) {
          continue;
        }
        if (weightNodes.containsAll(operation.inputs())) {
          weightNodes.addAll(operation.outputs());
          weightOperations.add(operation);
        } else {
          otherOperations.add(operation);
        }
      }
      fixLeaves();
      List<Operation> order = new ArrayList<>(weightOperations);
      order.addAll(otherOperations);
      assignStorage(order, weightOperations.size());
      return Math.max(MemoryLayout.place(List.copyOf(buffers.values())), 1);
    }

    private Set<Operation> neededFor(Collection<Node> roots) {
      builder
          .graph
          .operations()
          .forEach(
              operation -> operation.outputs().forEach(node -> producers.put(node, operation)));
      Set<Operation> needed = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
      Deque<Node> open = new ArrayDeque<>(roots);
      while (!open.isEmpty()) {
        Operation producer = producers.get(open.pop());
        if (producer != null && needed.add(producer)) {
          open.addAll(producer.inputs());
        }
      }
      return needed;
    }

    private void fixLeaves() {
      builder
          .graph
          .inputs()
          .forEach(
              (name, node) -> {
                INDArray array = Nd4j.create(DataType.FLOAT, node.shape());
                inputs.put(name, array);
                fixed.put(node, array);
              });
      builder
          .graph
          .parameters()
          .forEach(
              (name, node) -> {
                INDArray array = builder.parameters.get(name);
                if (array == null || !Arrays.equals(array.shape(), node.shape())) {
                  throw new IllegalArgumentException(
                      "parameter %s needs shape %s, but got %s"
                          .formatted(
                              name,
                              Arrays.toString(node.shape()),
                              array == null ? "nothing" : Arrays.toString(array.shape())));
                }
                fixed.put(node, array);
              });
      fixed.putAll(builder.graph.constants());
      fixed.putAll(builder.bound);
      for (Node result : builder.kept) {
        if (!fixed.containsKey(result)) {
          INDArray array = Nd4j.create(DataType.FLOAT, result.shape());
          ownResults.add(array);
          fixed.put(result, array);
        }
      }
    }

    private void assignStorage(List<Operation> order, int weightOperations) {
      chains =
          builder.leastTiled == Long.MAX_VALUE
              ? TiledChains.none(order)
              : TiledChains.find(order, weightOperations, builder.leastTiled, fixed.keySet());
      Map<Node, Integer> lastUse = lastUses(order, weightOperations);
      for (int index = 0; index < order.size(); index++) {
        Operation operation = order.get(index);
        for (Node output : operation.outputs()) {
          Node home = homeOf(operation, output, index);
          storage.put(output, home);
          if (home == output && !fixed.containsKey(output)) {
            buffers.put(output, new MemoryLayout.Buffer(chains.stored(output), index));
          }
          MemoryLayout.Buffer buffer = buffers.get(home);
          if (buffer != null) {
            buffer.usedAt(Math.max(index, lastUse.getOrDefault(output, index)));
          }
        }
      }
      for (MemoryLayout.Buffer buffer : buffers.values()) {
        // What a chain reads, it reads in its last tile again.
        buffer.usedAt(chains.last(buffer.last()));
      }
    }

    /** Returns the last operation that reads each node or a reshape of it. */
    private Map<Node, Integer> lastUses(List<Operation> order, int weightOperations) {
      Map<Node, Integer> lastUse = new IdentityHashMap<>();
      for (int index = order.size() - 1; index >= 0; index--) {
        Operation operation = order.get(index);
        int use = index;
        if (operation.kind() == Operation.Kind.RESHAPE) {
          use = Math.max(use, lastUse.getOrDefault(operation.output(), index));
        }
        for (Node input : operation.inputs()) {
          lastUse.merge(input, use, Math::max);
        }
      }
      if (parametersStandStill) {
        // What later runs read again must survive: the weight operations do not run then.
        for (int index = 0; index < weightOperations; index++) {
          for (Node output : order.get(index).outputs()) {
            lastUse.computeIfPresent(
                output, (node, last) -> last >= weightOperations ? Integer.MAX_VALUE : last);
          }
        }
      }
      return lastUse;
    }

    private Node homeOf(Operation operation, Node output, int index) {
      if (operation.kind() == Operation.Kind.RESHAPE && !fixed.containsKey(output)) {
        return home(operation.inputs().get(0));
      }
      if (operation.kind() != Operation.Kind.ELEMENT_WISE
          || fixed.containsKey(output)
          || isBroadcast(operation, output)) {
        return output;
      }
      for (Node input : operation.inputs()) {
        MemoryLayout.Buffer buffer = buffers.get(home(input));
        boolean free = buffer != null && buffer.last() == index;
        boolean large = !chains.isInner(home(input)) || chains.isInner(output);
        if (free && large && Arrays.equals(input.shape(), output.shape())) {
          return home(input);
        }
      }
      return output;
    }

    /**
     * Whether an operand is repeated, other than a single number. Such an operand must not be
     * overwritten while it is still read, and in place the library's loops are not vectorized:
     * three times slower.
     */
    private static boolean isBroadcast(Operation operation, Node output) {
      return operation.inputs().stream()
          .anyMatch(input -> input.length() != 1 && !Arrays.equals(input.shape(), output.shape()));
    }

    private Node home(Node node) {
      return storage.getOrDefault(node, node);
    }

    private INDArray arrayOf(Node node) {
      INDArray known = arrays.get(node);
      if (known != null) {
        return known;
      }
      Node home = home(node);
      MemoryLayout.Buffer buffer = buffers.get(home);
      INDArray array;
      if (buffer != null) {
        array = view(openArena(), buffer.offset(), node.shape());
      } else {
        INDArray leaf = Objects.requireNonNull(fixed.get(home));
        array = Arrays.equals(leaf.shape(), node.shape()) ? leaf : leaf.reshape('c', node.shape());
      }
      arrays.put(node, array);
      return array;
    }

    private void prepareTiles(List<Operation> chain) {
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
      Node home = home(node);
      if (chains.isInner(home)) {
        return view(openArena(), Objects.requireNonNull(buffers.get(home)).offset(), 1, length);
      }
      return node.length() == 1 ? arrayOf(node) : view(arrayOf(node), start, 1, length);
    }

    private void prepare(Operation operation, List<NativeCall> list) {
      if (operation.kind() == Operation.Kind.RESHAPE && !fixed.containsKey(operation.output())) {
        return;
      }
      list.add(
          NativeCall.of(
              operation,
              operation.inputs().stream().map(this::arrayOf).toList(),
              operation.outputs().stream().map(this::arrayOf).toList()));
    }
  }

  /** Returns a row-major view of part of a vector, starting at an element. */
  public static INDArray view(INDArray vector, long offset, long... shape) {
    return Nd4j.create(
        vector.data(), shape, Nd4j.getStrides(shape, 'c'), vector.offset() + offset, 'c');
  }
}
