package org.edm2search.model.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.edm2search.model.device.Device;
import org.edm2search.model.graph.Graph;
import org.edm2search.model.graph.Node;
import org.edm2search.model.graph.Tape;
import org.edm2search.model.plan.Plan;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Compares every hand-written gradient with central differences along random directions. */
@Tag("gpu")
class PrimitiveGradientTest {

  private static final int BATCH = 2;
  private static final int SIZE = 4;
  private static final int CHANNELS = 6;
  private static final int ROWS = BATCH * SIZE * SIZE;
  private static final double STEP = 1e-2;

  /** A primitive: declared parameters in, result out. */
  private interface Primitive extends BiFunction<Tape, Map<String, Node>, Node> {}

  private static Arguments primitive(String name, Map<String, long[]> shapes, Primitive primitive) {
    return Arguments.of(name, shapes, primitive);
  }

  private static FeatureMap image(Node node) {
    return new FeatureMap(node, BATCH, SIZE, Math.toIntExact(node.size(1)));
  }

  static Stream<Arguments> primitives() {
    long[] activation = {ROWS, CHANNELS};
    return Stream.of(
        primitive(
            "silu",
            Map.of("x", activation),
            (tape, in) -> new MagnitudePreserving(tape).silu(in.get("x"))),
        primitive(
            "sum",
            Map.of("a", activation, "b", activation),
            (tape, in) -> new MagnitudePreserving(tape).sum(in.get("a"), in.get("b"), 0.3)),
        primitive(
            "cat",
            Map.of("a", activation, "b", new long[] {ROWS, 4}),
            (tape, in) ->
                new MagnitudePreserving(tape).cat(image(in.get("a")), image(in.get("b"))).node()),
        primitive(
            "normalizeRows",
            Map.of("x", activation),
            (tape, in) -> new MagnitudePreserving(tape).normalizeRows(in.get("x"))),
        primitive(
            "clip",
            Map.of("x", activation),
            (tape, in) -> new MagnitudePreserving(tape).clip(in.get("x"))),
        primitive(
            "modulate",
            Map.of("x", activation, "e", new long[] {BATCH, CHANNELS}, "gain", new long[] {1, 1}),
            (tape, in) ->
                new MagnitudePreserving(tape)
                    .modulate(image(in.get("x")), in.get("e"), in.get("gain"))
                    .node()),
        primitive(
            "gain",
            Map.of("x", activation, "gain", new long[] {1, 1}),
            (tape, in) -> new MagnitudePreserving(tape).gain(in.get("x"), in.get("gain"))),
        primitive(
            "weight",
            Map.of("w", new long[] {5, 9}),
            (tape, in) -> new MpConvolution(tape).weight(in.get("w"), 1.7)),
        primitive(
            "linear",
            Map.of("x", activation, "w", new long[] {5, CHANNELS}),
            (tape, in) -> new MpConvolution(tape).linear(in.get("x"), in.get("w"), 1.3)),
        primitive(
            "dense 3×3",
            Map.of("x", activation, "w", new long[] {5, CHANNELS * 9}),
            (tape, in) ->
                new MpConvolution(tape).dense(image(in.get("x")), in.get("w"), 3, 0.8).node()),
        primitive(
            "depthwise 3×3",
            Map.of("x", activation, "w", new long[] {CHANNELS, 9}),
            (tape, in) ->
                new MpConvolution(tape).depthwise(image(in.get("x")), in.get("w"), 3, 1).node()),
        primitive(
            "depthwise 5×5",
            Map.of("x", activation, "w", new long[] {CHANNELS, 25}),
            (tape, in) ->
                new MpConvolution(tape).depthwise(image(in.get("x")), in.get("w"), 5, 1).node()),
        primitive(
            "depthwise 7×7, wider than the image",
            Map.of("x", activation, "w", new long[] {CHANNELS, 49}),
            (tape, in) ->
                new MpConvolution(tape).depthwise(image(in.get("x")), in.get("w"), 7, 1).node()),
        primitive(
            "depthwise 3×3, large image",
            Map.of("x", new long[] {2 * 16 * 16, 32}, "w", new long[] {32, 9}),
            (tape, in) ->
                new MpConvolution(tape)
                    .depthwise(new FeatureMap(in.get("x"), 2, 16, 32), in.get("w"), 3, 1)
                    .node()),
        primitive(
            "down",
            Map.of("x", activation),
            (tape, in) -> new Resampling(tape).down(image(in.get("x"))).node()),
        primitive(
            "up",
            Map.of("x", activation),
            (tape, in) -> new Resampling(tape).up(image(in.get("x"))).node()),
        primitive("attention, one head", attentionShapes(), attention(1)),
        primitive("attention, three heads", attentionShapes(), attention(3)));
  }

  private static Map<String, long[]> attentionShapes() {
    return Map.of(
        "x", new long[] {ROWS, CHANNELS},
        "qkv", new long[] {3 * CHANNELS, CHANNELS},
        "projection", new long[] {CHANNELS, CHANNELS});
  }

  private static Primitive attention(int heads) {
    return (tape, in) ->
        new SelfAttention(tape)
            .attend(image(in.get("x")), in.get("qkv"), in.get("projection"), heads, 1)
            .node();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("primitives")
  void gradientEqualsCentralDifference(
      String name, Map<String, long[]> shapes, Primitive primitive) {
    requireGradient(name, shapes, primitive, Device.CPU);
  }

  static Stream<Arguments> primitivesThatAskForTheDevice() {
    return primitives()
        .filter(arguments -> String.valueOf(arguments.get()[0]).matches("(depthwise|attention).*"));
  }

  /** The CPU's backend knows these operations, too: only their speed is a GPU's. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("primitivesThatAskForTheDevice")
  void gradientEqualsCentralDifferenceByTheOperationsOfAGpu(
      String name, Map<String, long[]> shapes, Primitive primitive) {
    requireGradient(name, shapes, primitive, Device.gpu("pretended", Long.MAX_VALUE));
  }

  private static void requireGradient(
      String name, Map<String, long[]> shapes, Primitive primitive, Device device) {
    Random random = new Random(7);
    Graph graph = new Graph(device);
    Tape tape = new Tape(graph);
    Map<String, Node> nodes = new LinkedHashMap<>();
    Map<String, INDArray> values = new LinkedHashMap<>();
    shapes.keySet().stream()
        .sorted()
        .forEach(
            key -> {
              nodes.put(key, graph.parameter(key, shapes.get(key)));
              values.put(key, gaussian(random, shapes.get(key)));
            });
    Node y = primitive.apply(tape, nodes);
    INDArray projection = gaussian(random, y.shape());
    tape.accumulate(y, graph.input("projection of y", y.shape()));
    tape.backward();
    Plan.Builder builder = Plan.of(graph).result(y);
    nodes.forEach((key, node) -> builder.result(tape.gradient(node)));
    values.forEach(builder::parameter);

    try (Plan plan = builder.build()) {
      plan.input("projection of y").assign(projection);
      // The CPU's batched_gemm adds 0 times what was there, which cuBLAS does not read.
      if (!device.has(Device.Trait.BATCHED_PRODUCTS)) {
        plan.poison();
      }
      plan.run();
      Map<String, INDArray> gradients = new LinkedHashMap<>();
      nodes.forEach((key, node) -> gradients.put(key, plan.result(tape.gradient(node)).dup()));

      values.forEach(
          (key, value) -> {
            INDArray direction = gaussian(random, value.shape());
            INDArray original = value.dup();
            double expected = dot(gradients.get(key), direction);
            value.assign(original.add(direction.mul(STEP)));
            double above = loss(plan, y, projection);
            value.assign(original.sub(direction.mul(STEP)));
            double below = loss(plan, y, projection);
            value.assign(original);
            double scale =
                gradients.get(key).norm2Number().doubleValue()
                    * direction.norm2Number().doubleValue();
            assertThat((above - below) / (2 * STEP))
                .as("derivative of %s for %s", name, key)
                .isCloseTo(expected, within(2e-3 * scale));
            assertThat(scale).isPositive();
          });
    }
  }

  private static double loss(Plan plan, Node y, INDArray projection) {
    plan.run();
    return dot(plan.result(y), projection);
  }

  private static double dot(INDArray a, INDArray b) {
    float[] left = a.dup('c').reshape(a.length()).toFloatVector();
    float[] right = b.dup('c').reshape(b.length()).toFloatVector();
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += (double) left[i] * right[i];
    }
    return sum;
  }

  private static INDArray gaussian(Random random, long... shape) {
    INDArray array = Nd4j.create(DataType.FLOAT, shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, random.nextGaussian());
    }
    return array;
  }

  @org.junit.jupiter.api.Test
  void clipPassesNoGradientWhereItClips() {
    Graph graph = new Graph(Device.CPU);
    Tape tape = new Tape(graph);
    Node x = graph.parameter("x", 1, 4);
    Node y = new MagnitudePreserving(tape).clip(x);
    tape.accumulate(y, graph.filled(1, 1, 4));
    tape.backward();
    INDArray value = Nd4j.createFromArray(new float[][] {{-300, -255, 255.9f, 1000}});
    try (Plan plan =
        Plan.of(graph).parameter("x", value).result(y).result(tape.gradient(x)).build()) {
      plan.run();
      assertThat(plan.result(y).toFloatVector()).containsExactly(-256, -255, 255.9f, 256);
      assertThat(plan.result(tape.gradient(x)).toFloatVector()).containsExactly(0, 1, 1, 0);
    }
  }
}
