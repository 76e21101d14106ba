package org.edm2search.model.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.edm2search.model.device.Device;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Builds a graph of native operations. Operations are kept in the order they are added, which is an
 * execution order.
 *
 * <p>Two kinds of leaves change between runs: inputs (every run) and parameters (when trained).
 * Results that depend on parameters alone can be kept from run to run while those stand still.
 */
public final class Graph {

  private final Device device;
  private final List<Operation> operations = new ArrayList<>();
  private final Map<String, Node> inputs = new LinkedHashMap<>();
  private final Map<String, Node> parameters = new LinkedHashMap<>();
  private final Map<Node, INDArray> constants = new HashMap<>();
  private final Map<Double, Node> scalars = new HashMap<>();
  private final Map<String, Node> ones = new HashMap<>();
  private final Map<Long, Node> reversals = new HashMap<>();
  private final Map<Node, Node> apart = new HashMap<>();

  /** Begins a graph of operations that are fast on a device. */
  public Graph(Device device) {
    this.device = device;
  }

  /** Returns what the operations are chosen for. */
  public Device device() {
    return device;
  }

  /** Returns the operations in execution order. */
  public List<Operation> operations() {
    return Collections.unmodifiableList(operations);
  }

  /** Returns the values fed at every run, by name. */
  public Map<String, Node> inputs() {
    return Collections.unmodifiableMap(inputs);
  }

  /** Returns the trained values, by name. */
  public Map<String, Node> parameters() {
    return Collections.unmodifiableMap(parameters);
  }

  /** Returns the fixed values. */
  public Map<Node, INDArray> constants() {
    return Collections.unmodifiableMap(constants);
  }

  // ---- leaves

  /** Declares a value fed at every run. */
  public Node input(String name, long... shape) {
    Node node = new Node(name, shape);
    inputs.put(name, node);
    return node;
  }

  /** Declares a trained value. */
  public Node parameter(String name, long... shape) {
    Node node = new Node(name, shape);
    parameters.put(name, node);
    return node;
  }

  /** Declares a fixed value. */
  public Node constant(INDArray value) {
    Node node = new Node("constant" + constants.size(), value.shape());
    constants.put(node, value);
    return node;
  }

  /** Returns a fixed number. */
  public Node scalar(double value) {
    return scalars.computeIfAbsent(
        value, v -> constant(Nd4j.create(new float[] {v.floatValue()}, 1L)));
  }

  /** Returns an array filled with one number. */
  public Node filled(double value, long... shape) {
    return ones.computeIfAbsent(
        value + Arrays.toString(shape),
        key -> constant(Nd4j.create(DataType.FLOAT, shape).assign(value)));
  }

  // ---- element-wise operations, broadcasting as NumPy does

  public Node add(Node a, Node b) {
    return pairwise("add", a, b);
  }

  public Node subtract(Node a, Node b) {
    return pairwise("subtract", a, b);
  }

  public Node multiply(Node a, Node b) {
    return pairwise("multiply", a, b);
  }

  public Node divide(Node a, Node b) {
    return pairwise("divide", a, b);
  }

  public Node maximum(Node a, Node b) {
    return pairwise("maximum", a, b);
  }

  public Node minimum(Node a, Node b) {
    return pairwise("minimum", a, b);
  }

  /** Returns a · factor. */
  public Node scale(Node a, double factor) {
    return factor == 1 ? a : multiply(a, scalar(factor));
  }

  /** Returns a + offset. */
  public Node shift(Node a, double offset) {
    return add(a, scalar(offset));
  }

  /** Returns tanh(a): vectorized by oneDNN, unlike exp and sigmoid. */
  public Node tanh(Node a) {
    return emit(Operation.Kind.ELEMENT_WISE, "tanh", List.of(a), a.shape());
  }

  private Node pairwise(String name, Node a, Node b) {
    return emit(
        Operation.Kind.ELEMENT_WISE, name, List.of(a, b), broadcast(name, a.shape(), b.shape()));
  }

  private static long[] broadcast(String name, long[] a, long[] b) {
    int rank = Math.max(a.length, b.length);
    long[] shape = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long left = i <= a.length ? a[a.length - i] : 1;
      long right = i <= b.length ? b[b.length - i] : 1;
      if (left != right && left != 1 && right != 1) {
        throw new IllegalArgumentException(
            "%s: shapes %s and %s do not broadcast"
                .formatted(name, Arrays.toString(a), Arrays.toString(b)));
      }
      shape[rank - i] = Math.max(left, right);
    }
    return shape;
  }

  // ---- transforms of small arrays (a scalar loop each)

  /** Returns √a, rounded correctly on every device. */
  public Node sqrt(Node a) {
    return transform(
        device.has(Device.Trait.HOST_MEMORY)
            ? Operation.Kind.JAVA_TRANSFORM
            : Operation.Kind.LEGACY_TRANSFORM,
        "sqrt",
        a);
  }

  public Node exp(Node a) {
    return transform(Operation.Kind.LEGACY_TRANSFORM, "exp", a);
  }

  public Node cos(Node a) {
    return transform(Operation.Kind.LEGACY_TRANSFORM, "cos", a);
  }

  private Node transform(Operation.Kind kind, String name, Node a) {
    return emit(kind, name, List.of(a), a.shape());
  }

  // ---- shape

  /** Returns the same elements, row-major, under another shape. */
  public Node reshape(Node a, long... shape) {
    if (Arrays.equals(a.shape(), shape)) {
      return a;
    }
    if (Arrays.stream(shape).reduce(1, (x, y) -> x * y) != a.length()) {
      throw new IllegalArgumentException(a + " does not reshape to " + Arrays.toString(shape));
    }
    // -99 asks for row-major order.
    long[] arguments = LongStream.concat(LongStream.of(-99), Arrays.stream(shape)).toArray();
    return emit(Operation.Kind.RESHAPE, "reshape", List.of(a), shape, arguments);
  }

  /** Returns a copy with its axes reordered. */
  public Node permute(Node a, long... axes) {
    long[] shape = Arrays.stream(axes).map(axis -> a.size((int) axis)).toArray();
    return emit(Operation.Kind.DECLARABLE, "permute", List.of(a), shape, axes);
  }

  /** Returns the concatenation along an axis. */
  public Node concat(int axis, Node... parts) {
    long[] shape = parts[0].shape();
    shape[axis] = Arrays.stream(parts).mapToLong(part -> part.size(axis)).sum();
    return emit(Operation.Kind.DECLARABLE, "concat", List.of(parts), shape, axis);
  }

  /** Returns {@code length} entries of an axis from {@code begin} on. */
  public Node slice(Node a, int axis, long begin, long length) {
    long[] shape = a.shape();
    long[] arguments = new long[2 * shape.length];
    arguments[axis] = begin;
    shape[axis] = length;
    System.arraycopy(shape, 0, arguments, shape.length, shape.length);
    return emit(Operation.Kind.DECLARABLE, "slice", List.of(a), shape, arguments);
  }

  // ---- products and reductions

  /**
   * Returns alpha · op(a) · op(b), where op transposes the last two axes if asked. Rank 2, or rank
   * 3 with equal first axes.
   */
  public Node matmul(Node a, boolean transposeA, Node b, boolean transposeB, double alpha) {
    int rank = a.shape().length;
    long rows = a.size(transposeA ? rank - 1 : rank - 2);
    long columns = b.size(transposeB ? rank - 2 : rank - 1);
    long inner = a.size(transposeA ? rank - 2 : rank - 1);
    if (inner != b.size(transposeB ? rank - 1 : rank - 2)) {
      throw new IllegalArgumentException("matmul: %s and %s do not fit".formatted(a, b));
    }
    long[] shape = rank == 2 ? new long[] {rows, columns} : new long[] {a.size(0), rows, columns};
    List<Long> integers = List.of(transposeA ? 1L : 0L, transposeB ? 1L : 0L, 0L);
    boolean batched = rank == 3 && device.has(Device.Trait.BATCHED_PRODUCTS);
    return emit(
            batched ? Operation.Kind.BATCHED_PRODUCT : Operation.Kind.DECLARABLE,
            "matmul",
            List.of(a, b),
            List.of(shape),
            integers,
            List.of(alpha, 0.0),
            List.of())
        .get(0);
  }

  /**
   * Returns alpha · a · bᵀ for each image and head: of two [N, L, heads, c], as [N·heads, L, L].
   */
  public Node headScores(Node a, Node b, double alpha) {
    if (!device.has(Device.Trait.HOST_MEMORY)) {
      return matmul(headsApart(a), false, headsApart(b), true, alpha);
    }
    long[] shape = {a.size(0) * a.size(2), a.size(1), b.size(1)};
    return headProduct(a, false, b, true, shape, alpha);
  }

  /**
   * Returns alpha · op(weights) · values for each image and head, where op transposes if asked: of
   * [N·heads, L, L] and [N, L, heads, c], as the latter.
   */
  public Node headMixture(Node weights, boolean transpose, Node values, double alpha) {
    if (!device.has(Device.Trait.HOST_MEMORY)) {
      Node mixture = matmul(weights, transpose, headsApart(values), false, alpha);
      return exchange(mixture, values.size(0), values.size(2), values.size(1), values.size(3));
    }
    return headProduct(weights, transpose, values, false, values.shape(), alpha);
  }

  private Node headProduct(
      Node a, boolean transposeA, Node b, boolean transposeB, long[] shape, double alpha) {
    return emit(
            Operation.Kind.HEAD_PRODUCT,
            "matmul",
            List.of(a, b),
            List.of(shape),
            List.of(transposeA ? 1L : 0L, transposeB ? 1L : 0L),
            List.of(alpha),
            List.of())
        .get(0);
  }

  /** [N, L, heads, c] → [N·heads, L, c] */
  private Node headsApart(Node x) {
    return apart.computeIfAbsent(
        x,
        node ->
            reshape(
                exchange(node, node.size(0), node.size(1), node.size(2), node.size(3)),
                node.size(0) * node.size(2),
                node.size(1),
                node.size(3)));
  }

  /** [n, a, b, c], in any shape → [n, b, a, c] */
  private Node exchange(Node x, long n, long a, long b, long c) {
    return a == 1 || b == 1 ? reshape(x, n, b, a, c) : permute(reshape(x, n, a, b, c), 0, 2, 1, 3);
  }

  /** Returns the sum over the columns of [rows, columns], times a factor, as [rows, 1]. */
  public Node sumColumns(Node a, double factor) {
    // A product with a constant vector: several times faster than ND4J's reductions.
    return matmul(a, false, filled(factor, a.size(1), 1), false, 1);
  }

  /** Returns the sum over the rows of [rows, columns], as [1, columns]. */
  public Node sumRows(Node a) {
    return matmul(filled(1, 1, a.size(0)), false, a, false, 1);
  }

  /** Returns the Euclidean norm of each row of [rows, columns], as [rows, 1]. */
  public Node norm2Columns(Node a) {
    return emit(
            Operation.Kind.DECLARABLE,
            "reduce_norm2",
            List.of(a),
            List.of(new long[] {a.size(0), 1}),
            List.of(1L),
            List.of(),
            List.of(true))
        .get(0);
  }

  /** Returns the sum of all elements of [rows, columns], as [1, 1]. */
  public Node sumAll(Node a) {
    Node rows = sumColumns(a, 1);
    return matmul(rows, true, filled(1, a.size(0), 1), false, 1);
  }

  /** Returns the softmax over the last axis. */
  public Node softmax(Node a) {
    return emit(Operation.Kind.DECLARABLE, "softmax", List.of(a), a.shape(), a.shape().length - 1L);
  }

  // ---- images, NHWC

  /** Returns the mean over size × size windows of [N, H, W, C]. */
  public Node averagePool(Node a, long height, long width) {
    long[] shape = {a.size(0), a.size(1) / height, a.size(2) / width, a.size(3)};
    return emit(
        Operation.Kind.DECLARABLE,
        "avgpool2d",
        List.of(a),
        shape,
        height,
        width,
        height,
        width,
        0,
        0,
        1,
        1,
        0,
        1,
        1);
  }

  /** Convolves [N, H, W, in] with [k, k, in, out], stride 1, same padding: [N, H, W, out]. */
  public Node convolution(Node a, Node weight) {
    long[] shape = {a.size(0), a.size(1), a.size(2), weight.size(3)};
    return emit(
        Operation.Kind.DECLARABLE, "conv2d", List.of(a, weight), shape, window(weight.size(0)));
  }

  /** Returns the gradients of {@link #convolution} for its image and its weight. */
  public List<Node> convolutionGradients(Node a, Node weight, Node gradient) {
    return gradients("conv2d_bp", a, weight, gradient);
  }

  /** Convolves each channel of [N, H, W, C] with its own kernel of [k, k, C, 1]. */
  public Node depthwise(Node a, Node weight) {
    return emit(
        Operation.Kind.DECLARABLE,
        "depthwise_conv2d",
        List.of(a, weight),
        a.shape(),
        window(weight.size(0)));
  }

  /**
   * Returns the gradient of {@link #depthwise} for its weight, image by image: [N, k, k, C].
   *
   * <p>It is itself a depthwise convolution: of the image, with the gradient as a kernel of the
   * image's size. ND4J's own gradient takes 5 to 15 times as long on large images or kernels.
   */
  public Node depthwiseWeightGradients(Node a, Node gradient, long kernel) {
    long n = a.size(0);
    long size = a.size(1);
    long channels = a.size(3);
    return emit(
        Operation.Kind.DEPTHWISE_PER_IMAGE,
        "depthwise_conv2d",
        List.of(a, gradient),
        new long[] {n, kernel, kernel, channels},
        size,
        size,
        1,
        1,
        kernel / 2,
        kernel / 2,
        1,
        1,
        0,
        1,
        0);
  }

  /** Returns a copy of [rows, columns] with the columns in reverse order. */
  public Node reverseColumns(Node a) {
    // As a product: ND4J's "reverse" leaks a native array for every row at every call.
    return matmul(a, false, reversals.computeIfAbsent(a.size(1), this::reversal), false, 1);
  }

  private Node reversal(long columns) {
    INDArray reversal = Nd4j.zeros(DataType.FLOAT, columns, columns);
    for (long i = 0; i < columns; i++) {
      reversal.putScalar(i, columns - 1 - i, 1);
    }
    return constant(reversal);
  }

  /** Returns the gradients of {@link #depthwise} for its image and its weight. */
  public List<Node> depthwiseGradients(Node a, Node weight, Node gradient) {
    return gradients("depthwise_conv2d_bp", a, weight, gradient);
  }

  private List<Node> gradients(String name, Node a, Node weight, Node gradient) {
    return emit(
        Operation.Kind.DECLARABLE,
        name,
        List.of(a, weight, gradient),
        List.of(a.shape(), weight.shape()),
        Arrays.stream(window(weight.size(0))).boxed().toList(),
        List.of(),
        List.of());
  }

  /** kernel, stride, padding, dilation; explicit padding; NHWC; weights [k, k, in, out]. */
  private static long[] window(long kernel) {
    return new long[] {kernel, kernel, 1, 1, kernel / 2, kernel / 2, 1, 1, 0, 1, 0};
  }

  // ---- emission

  private Node emit(
      Operation.Kind kind, String name, List<Node> inputs, long[] shape, long... integers) {
    return emit(
            kind,
            name,
            inputs,
            List.of(shape),
            Arrays.stream(integers).boxed().toList(),
            List.of(),
            List.of())
        .get(0);
  }

  private List<Node> emit(
      Operation.Kind kind,
      String name,
      List<Node> inputs,
      List<long[]> shapes,
      List<Long> integers,
      List<Double> floats,
      List<Boolean> flags) {
    List<Node> outputs = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      outputs.add(new Node("%s_%d:%d".formatted(name, operations.size(), i), shapes.get(i)));
    }
    operations.add(new Operation(kind, name, inputs, outputs, integers, floats, flags));
    return outputs;
  }
}
