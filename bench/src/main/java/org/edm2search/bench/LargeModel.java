package org.edm2search.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.edm2search.eval.onnx.ExportedDenoiser;
import org.edm2search.model.Network;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.WeightedNetwork;
import org.edm2search.model.onnx.OnnxDenoiser;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.cost.CostModel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Exports a network of more than 2 GiB with random weights as ONNX, whose weights are then a file
 * of their own, and compares one image in ONNX Runtime with this project's. Takes 10 GB of memory.
 */
public final class LargeModel {

  private static final double TOLERANCE = 1e-3;

  private LargeModel() {}

  /** Arguments: base channels, a multiple of 4 (272: 562 million parameters). */
  public static void main(String[] arguments) throws IOException {
    int channels = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 272;
    ArchitectureSpec spec =
        ArchitectureSpec.builder()
            .imgResolution(64)
            .imgChannels(3)
            .labelDim(0)
            .modelChannels(channels)
            .channelMult(List.of(1, 2, 3, 4))
            .numBlocks(3)
            .attnResolutions(Set.of(16, 8))
            .channelsPerHead(channels / 4)
            .branches(BranchAssignment.uniform(Presets.branch("A")))
            .build();
    System.out.printf(Locale.ROOT, "%,d parameters%n", CostModel.of(spec).parameters());
    INDArray images = Nd4j.randn(DataType.FLOAT, 1, 3, 64, 64);
    INDArray sigma = Nd4j.createFromArray(0.5f);
    Path folder = Files.createTempDirectory(Path.of("").toAbsolutePath(), "large");
    Path file = folder.resolve("model.onnx");
    Path data = folder.resolve("model.onnx.data");
    try {
      INDArray ours;
      WeightedNetwork weights;
      try (Network network = Network.initialize(spec, 1)) {
        network.tensors().values().stream()
            .filter(tensor -> tensor.length() == 1)
            .forEach(gain -> gain.assign(0.5));
        network.parametersChanged();
        ours = timed("an image by this project", () -> network.denoise(images, sigma, null)).dup();
        weights = new WeightedNetwork(spec, Tensor.copyOf(network.tensors()));
      }
      timed(
          "writing",
          () -> {
            OnnxDenoiser.of(weights).write(file);
            return file;
          });
      System.out.printf(
          Locale.ROOT, "model.onnx %,d bytes, beside it %,d%n", Files.size(file), Files.size(data));
      try (ExportedDenoiser exported = timed("loading", () -> ExportedDenoiser.load(file, spec))) {
        INDArray theirs =
            timed("an image by ONNX Runtime", () -> exported.denoise(images, sigma, null));
        double difference = theirs.sub(ours).amaxNumber().doubleValue();
        System.out.printf(
            Locale.ROOT,
            "largest difference %.2g, of values with RMS %.2g%n",
            difference,
            ours.norm2Number().doubleValue() / Math.sqrt(ours.length()));
        if (!(difference < TOLERANCE)) {
          throw new IllegalStateException("the two compute different images");
        }
      }
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(data);
      Files.delete(folder);
    }
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      lines.filter(line -> line.startsWith("VmHWM")).forEach(System.out::println);
    }
  }

  private static <T> T timed(String what, Supplier<T> step) {
    long start = System.nanoTime();
    T result = step.get();
    System.out.printf(Locale.ROOT, "%s: %.1f s%n", what, (System.nanoTime() - start) / 1e9);
    return result;
  }
}
