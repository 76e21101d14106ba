package org.edm2search.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.edm2search.eval.onnx.ExportedDenoiser;
import org.edm2search.model.Denoiser;
import org.edm2search.model.Network;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.WeightedNetwork;
import org.edm2search.model.onnx.OnnxDenoiser;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The time of a network evaluation, as a sampler makes them, by this project and by ONNX Runtime
 * for Java on the exported model: in turn, so that what disturbs the machine disturbs both. Prints
 * medians, and the median of the ratios of neighbours with its 95 % interval.
 */
public final class SamplingBesideOnnx {

  private static final int WARM_UP = 3;
  private static final double NORMAL_95 = 1.96;

  private SamplingBesideOnnx() {}

  /** Arguments: number of measured rounds (15). Threads are those of {@code OMP_NUM_THREADS}. */
  public static void main(String[] arguments) throws IOException {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
    System.out.println("| network | batch | ours ms | ONNX Runtime ms | ratio | 95 % |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    for (Workload workload : Workload.ALL) {
      Path folder = Files.createTempDirectory("onnx");
      Path file = folder.resolve("model.onnx");
      try (Network network = Network.initialize(workload.architecture(), 0)) {
        OnnxDenoiser.of(
                new WeightedNetwork(workload.architecture(), Tensor.copyOf(network.tensors())))
            .write(file);
        try (ExportedDenoiser exported = ExportedDenoiser.load(file, workload.architecture())) {
          for (int batch : new int[] {1, workload.batch()}) {
            measure(workload, batch, rounds, network, exported);
          }
        }
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    }
  }

  private static void measure(
      Workload workload, int batch, int rounds, Network ours, ExportedDenoiser theirs) {
    long[] shape = {batch, workload.channels(), workload.resolution(), workload.resolution()};
    INDArray images = Nd4j.randn(DataType.FLOAT, shape);
    INDArray sigma = Nd4j.valueArrayOf(new long[] {batch}, 0.5, DataType.FLOAT);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, batch, workload.architecture().labelDim());
    requireSame(ours.denoise(images, sigma, labels), theirs.denoise(images, sigma, labels));
    List<Double> mine = new ArrayList<>();
    List<Double> other = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int round = -WARM_UP; round < rounds; round++) {
      double first = seconds(() -> run(ours, images, sigma, labels));
      double second = seconds(() -> run(theirs, images, sigma, labels));
      if (round >= 0) {
        mine.add(first);
        other.add(second);
        ratios.add(first / second);
      }
    }
    ratios.sort(null);
    // Ranks of the interval of a median: binomial, by its normal approximation.
    double spread = NORMAL_95 * Math.sqrt(rounds) / 2;
    int low = (int) Math.max(0, Math.floor(rounds / 2.0 - spread));
    int high = (int) Math.min(rounds - 1, Math.ceil(rounds / 2.0 + spread) - 1);
    System.out.printf(
        Locale.ROOT,
        "| %s | %d | %.1f | %.1f | **%.2f** | %.2f–%.2f |%n",
        workload.name(),
        batch,
        1e3 * median(mine),
        1e3 * median(other),
        median(ratios),
        ratios.get(low),
        ratios.get(high));
  }

  private static INDArray run(Denoiser network, INDArray images, INDArray sigma, INDArray labels) {
    return network.denoise(images, sigma, labels);
  }

  private static void requireSame(INDArray ours, INDArray theirs) {
    double difference = ours.sub(theirs).amaxNumber().doubleValue();
    if (!(difference < 1e-3)) {
      throw new IllegalStateException("the two compute different images: " + difference);
    }
  }

  /** With one thread its time on a processor: what else the machine does counts less so. */
  private static double seconds(Supplier<INDArray> step) {
    boolean one = "1".equals(System.getenv("OMP_NUM_THREADS"));
    LongSupplier clock =
        one ? ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime : System::nanoTime;
    long start = clock.getAsLong();
    INDArray drawn = step.get();
    double seconds = (clock.getAsLong() - start) / 1e9;
    if (drawn.isEmpty()) {
      throw new IllegalStateException("nothing was computed");
    }
    return seconds;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
