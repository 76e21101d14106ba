package org.edm2search.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.edm2search.model.device.Device;
import org.edm2search.model.graph.Graph;
import org.edm2search.model.graph.Node;
import org.edm2search.model.graph.Tape;
import org.edm2search.model.ops.FeatureMap;
import org.edm2search.model.ops.MagnitudePreserving;
import org.edm2search.model.ops.MpConvolution;
import org.edm2search.model.ops.Resampling;
import org.edm2search.model.ops.SelfAttention;
import org.edm2search.model.plan.Plan;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Forward and backward of single primitives on activations of 32 images of 16×16 pixels with 64
 * channels, as a static plan.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PrimitiveBenchmark {

  private static final int BATCH = 32;
  private static final int SIZE = 16;
  private static final int CHANNELS = 64;

  @Param({
    "silu",
    "normalizeRows",
    "modulate",
    "sum",
    "cat",
    "clip",
    "weight",
    "pointwise",
    "dense3",
    "depthwise3",
    "depthwise7",
    "attention",
    "down",
    "up"
  })
  private String primitive;

  private final Graph graph = new Graph(Device.CPU);
  private final Tape tape = new Tape(graph);
  private final Map<String, INDArray> parameters = new LinkedHashMap<>();
  private Plan plan;

  /** Emits the primitive and its gradient. */
  @Setup
  public void prepare() {
    Node y = emit();
    tape.accumulate(y, graph.input("gradient", y.shape()));
    tape.backward();
    Plan.Builder builder = Plan.of(graph).result(y);
    parameters.forEach(builder::parameter);
    graph.parameters().values().forEach(node -> builder.result(tape.gradient(node)));
    plan = builder.build();
    INDArray gradient = Nd4j.randn(DataType.FLOAT, y.shape());
    plan.feed("gradient", gradient);
  }

  private Node emit() {
    MagnitudePreserving mp = new MagnitudePreserving(tape);
    MpConvolution convolution = new MpConvolution(tape);
    return switch (primitive) {
      case "silu" -> mp.silu(x().node());
      case "normalizeRows" -> mp.normalizeRows(x().node());
      case "modulate" ->
          mp.modulate(x(), parameter("e", BATCH, CHANNELS), parameter("gain", 1, 1)).node();
      case "sum" -> mp.sum(x().node(), map("b", CHANNELS).node(), 0.3);
      case "cat" -> mp.cat(x(), map("b", CHANNELS)).node();
      case "clip" -> mp.clip(x().node());
      case "weight" -> convolution.weight(parameter("w", 4 * CHANNELS, CHANNELS), 1);
      case "pointwise" ->
          convolution.pointwise(x(), parameter("w", 4 * CHANNELS, CHANNELS), 1).node();
      case "dense3" -> convolution.dense(x(), parameter("w", CHANNELS, 9 * CHANNELS), 3, 1).node();
      case "depthwise3" -> convolution.depthwise(x(), parameter("w", CHANNELS, 9), 3, 1).node();
      case "depthwise7" -> convolution.depthwise(x(), parameter("w", CHANNELS, 49), 7, 1).node();
      case "attention" ->
          new SelfAttention(tape)
              .attend(
                  x(),
                  parameter("w", 3 * CHANNELS, CHANNELS),
                  parameter("projection", CHANNELS, CHANNELS),
                  1,
                  1)
              .node();
      case "down" -> new Resampling(tape).down(x()).node();
      case "up" -> new Resampling(tape).up(x()).node();
      default -> throw new IllegalArgumentException(primitive);
    };
  }

  private FeatureMap x() {
    return map("x", CHANNELS);
  }

  private FeatureMap map(String name, int channels) {
    return new FeatureMap(
        parameter(name, (long) BATCH * SIZE * SIZE, channels), BATCH, SIZE, channels);
  }

  private Node parameter(String name, long... shape) {
    parameters.put(name, Nd4j.randn(DataType.FLOAT, shape));
    return graph.parameter(name, shape);
  }

  /** Frees native memory. */
  @TearDown
  public void close() {
    plan.close();
  }

  /** The static plan. */
  @Benchmark
  public void plan() {
    plan.run();
  }
}
