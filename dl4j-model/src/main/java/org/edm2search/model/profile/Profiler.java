package org.edm2search.model.profile;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.edm2search.model.Network;
import org.edm2search.model.TrainingStep;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.cost.CostModel;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.Mmul;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Measures in this process. Memory counts from here on, so that {@link ProfileProcess} gives each
 * measurement a process of its own.
 */
final class Profiler {

  private static final int MATRIX_SIZE = 2048;
  private static final double MATRIX_SECONDS = 3;
  private static final double MEMORY_SHARE = 0.6;

  private final Consumer<String> steps;

  /**
   * Creates a profiler.
   *
   * @param steps told what happens next
   */
  Profiler(Consumer<String> steps) {
    this.steps = steps;
  }

  /** Returns the memory that a measurement may take: a share of the machine's. */
  static long memoryLimitBytes() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? (long) (MEMORY_SHARE * system.getTotalMemorySize())
        : Long.MAX_VALUE;
  }

  /**
   * Times a pass of a network with random weights, with the largest batch that fits in memory.
   *
   * @param wanted its batch is halved until it fits
   * @throws Edm2SearchException if the weights, or the weights and one image, do not fit
   */
  PassProfile measure(
      ArchitectureSpec architecture, Pass wanted, Repetition repetition, long memoryLimitBytes) {
    steps.accept("starting");
    Nd4j.create(DataType.FLOAT, 1).close();
    ResidentMemory memory = ResidentMemory.watch();
    long weightBytes = CostModel.of(architecture).parameters() * Float.BYTES;
    if (weightBytes > memoryLimitBytes) {
      throw new Edm2SearchException(
          "needs %.1f GB for its weights, but may take %.1f GB"
              .formatted(weightBytes / 1e9, memoryLimitBytes / 1e9));
    }
    steps.accept("drawing weights");
    try (Network network = Network.initialize(architecture, 0)) {
      boolean training = wanted.kind() == Pass.Kind.TRAINING;
      steps.accept("planning");
      IntToLongFunction planBytes = training ? network::trainingBytes : network::denoisingBytes;
      int batch = fittingBatch(wanted.batch(), planBytes, memoryLimitBytes - weightBytes);
      Runnable run = training ? training(network, batch) : denoising(network, batch);
      steps.accept("warming up, batch " + batch);
      run.run();
      return new PassProfile(
          new Pass(wanted.kind(), batch),
          time(run, repetition, batch),
          weightBytes,
          planBytes.applyAsLong(batch),
          memory.riseBytes());
    }
  }

  /** Returns the largest of batch, batch/2, batch/4 … that takes no more than a limit. */
  static int fittingBatch(int batch, IntToLongFunction bytes, long limitBytes) {
    int fitting = batch;
    long needed = bytes.applyAsLong(fitting);
    while (needed > limitBytes && fitting > 1) {
      fitting /= 2;
      needed = bytes.applyAsLong(fitting);
    }
    if (needed > limitBytes) {
      throw new Edm2SearchException(
          "needs %.1f GB beside the weights for one image, but may take %.1f GB"
              .formatted(needed / 1e9, Math.max(0, limitBytes) / 1e9));
    }
    return fitting;
  }

  private List<Double> time(Runnable run, Repetition repetition, int batch) {
    List<Double> seconds = new ArrayList<>();
    long begin = System.nanoTime();
    while (seconds.isEmpty()
        || seconds.size() < repetition.runs()
            && (System.nanoTime() - begin) / 1e9 < repetition.seconds()) {
      steps.accept(
          seconds.isEmpty()
              ? "batch %d, run 1".formatted(batch)
              : "batch %d, run %d, %.3g s each"
                  .formatted(batch, seconds.size() + 1, seconds.get(seconds.size() - 1)));
      seconds.add(seconds(run));
    }
    return seconds;
  }

  private static Runnable denoising(Network network, int batch) {
    Inputs inputs = Inputs.draw(network.architecture(), batch);
    return () -> network.denoise(inputs.images, inputs.sigma, inputs.labels);
  }

  private static Runnable training(Network network, int batch) {
    Inputs inputs = Inputs.draw(network.architecture(), batch);
    TrainingStep step = network.trainingStep(batch);
    return () -> {
      network.normalizeWeights();
      step.run(inputs.images, inputs.images, inputs.sigma, inputs.labels);
    };
  }

  /** Something to compute with: unit normal images, σ = 1, all classes in turn. */
  private record Inputs(INDArray images, INDArray sigma, @Nullable INDArray labels) {

    static Inputs draw(ArchitectureSpec architecture, int batch) {
      int size = architecture.imgResolution();
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(0);
      float[] pixels = new float[batch * architecture.imgChannels() * size * size];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (float) random.nextGaussian();
      }
      INDArray labels = null;
      if (architecture.labelDim() > 0) {
        labels = Nd4j.create(DataType.FLOAT, batch, architecture.labelDim());
        for (int i = 0; i < batch; i++) {
          labels.putScalar(i, i % architecture.labelDim(), 1);
        }
      }
      return new Inputs(
          Nd4j.createFromArray(pixels).reshape(batch, architecture.imgChannels(), size, size),
          Nd4j.ones(DataType.FLOAT, batch),
          labels);
    }
  }

  /**
   * Returns the multiply-adds per second of the fastest product of two square float32 matrices:
   * what this machine can do at best. OpenBLAS and the operation that networks use (oneDNN's where
   * it can) take turns, since either may lack kernels for a new processor.
   */
  double matrixMultiplyPeak() {
    steps.accept("multiplying matrices");
    try (INDArray a = Nd4j.rand(DataType.FLOAT, MATRIX_SIZE, MATRIX_SIZE);
        INDArray b = Nd4j.rand(DataType.FLOAT, MATRIX_SIZE, MATRIX_SIZE);
        INDArray columns = Nd4j.create(DataType.FLOAT, new long[] {MATRIX_SIZE, MATRIX_SIZE}, 'f');
        INDArray rows = Nd4j.create(DataType.FLOAT, MATRIX_SIZE, MATRIX_SIZE)) {
      Runnable openBlas = () -> a.mmuli(b, columns);
      Runnable operation = () -> Nd4j.exec(new Mmul(a, b, rows, null));
      double fastest = Math.min(seconds(openBlas), seconds(operation));
      long begin = System.nanoTime();
      while ((System.nanoTime() - begin) / 1e9 < MATRIX_SECONDS) {
        fastest = Math.min(fastest, Math.min(seconds(openBlas), seconds(operation)));
      }
      return Math.pow(MATRIX_SIZE, 3) / fastest;
    }
  }

  private static double seconds(Runnable run) {
    long start = System.nanoTime();
    run.run();
    return (System.nanoTime() - start) / 1e9;
  }

  /** The resident memory of this process, as Linux reports it. */
  private record ResidentMemory(OptionalLong beforeBytes) {

    private static final Path STATUS = Path.of("/proc/self/status");

    static ResidentMemory watch() {
      System.gc();
      try {
        // Resets the peak (proc_pid_clear_refs(5)).
        Files.writeString(Path.of("/proc/self/clear_refs"), "5");
      } catch (IOException e) {
        return new ResidentMemory(OptionalLong.empty());
      }
      return new ResidentMemory(bytes("VmRSS:"));
    }

    OptionalLong riseBytes() {
      OptionalLong peak = bytes("VmHWM:");
      return beforeBytes.isPresent() && peak.isPresent()
          ? OptionalLong.of(Math.max(0, peak.getAsLong() - beforeBytes.getAsLong()))
          : OptionalLong.empty();
    }

    private static OptionalLong bytes(String name) {
      try {
        return Files.readAllLines(STATUS).stream()
            .filter(line -> line.startsWith(name))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
            .findFirst();
      } catch (IOException e) {
        return OptionalLong.empty();
      }
    }
  }
}
