package org.edm2search.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.edm2search.model.Network;
import org.edm2search.model.device.Device;
import org.edm2search.model.graph.Node;
import org.edm2search.model.graph.Operation;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.Presets;

/**
 * What a plan has to do, counted from its operations, and the least time that a GPU needs for it:
 * each operation as long as its bytes or its arithmetic take, whichever is longer, and a kernel's
 * start for each. Nothing runs.
 *
 * <p>Arguments: bytes a second, multiply-adds a second in float32, the same with TF32 in matrix
 * products and convolutions, seconds between two kernels. Default: an A100's data sheet, 1.55e12
 * 9.75e12 78e12, and 2.5e-6.
 */
public final class PlanWork {

  private static final Device GPU = Device.gpu("counted", Long.MAX_VALUE);

  private static final int FULL_SIZE_BATCH = 32;

  private PlanWork() {}

  /** What a GPU does at best. */
  private record Speed(double bytes, double fp32, double tf32, double start) {}

  /** Operations of a pass, and the sums over them. */
  private record Work(long kernels, double bytes, double multiplyAdds, double fp32, double tf32) {

    static Work of(List<Operation> operations, Speed speed) {
      double bytes = 0;
      double multiplyAdds = 0;
      double fp32 = 0;
      double tf32 = 0;
      for (Operation operation : operations) {
        double moved =
            Float.BYTES
                * (double)
                    Stream.concat(operation.inputs().stream(), operation.outputs().stream())
                        .mapToLong(Node::length)
                        .sum();
        double products = products(operation);
        bytes += moved;
        multiplyAdds += products;
        double memory = moved / speed.bytes();
        boolean tensorCores = !operation.name().startsWith("depthwise");
        fp32 += Math.max(memory, products / speed.fp32());
        tf32 += Math.max(memory, products / (tensorCores ? speed.tf32() : speed.fp32()));
      }
      return new Work(operations.size(), bytes, multiplyAdds, fp32, tf32);
    }
  }

  /**
   * Counts; element-wise operations have bytes, and arithmetic that does not matter beside them.
   */
  private static double products(Operation operation) {
    Node output = operation.outputs().get(0);
    return switch (operation.name()) {
      case "matmul" -> {
        Node a = operation.inputs().get(0);
        int rank = a.shape().length;
        yield (double) output.length()
            * a.size(operation.integers().get(0) == 1 ? rank - 2 : rank - 1);
      }
      case "conv2d", "depthwise_conv2d" -> perPixel(operation) * pixels(output);
      // One for the image's gradient, one for the weight's.
      case "conv2d_bp", "depthwise_conv2d_bp" -> 2 * perPixel(operation) * pixels(output);
      default -> 0;
    };
  }

  private static double perPixel(Operation operation) {
    return operation.inputs().get(1).length();
  }

  private static double pixels(Node image) {
    return (double) image.size(0) * image.size(1) * image.size(2);
  }

  /** Prints a line a network and pass. */
  public static void main(String[] arguments) {
    double[] given = Stream.of(arguments).mapToDouble(Double::parseDouble).toArray();
    Speed speed =
        given.length == 4
            ? new Speed(given[0], given[1], given[2], given[3])
            : new Speed(1.55e12, 9.75e12, 78e12, 2.5e-6);
    System.out.printf(
        Locale.ROOT,
        "%-40s %-8s %8s %8s %9s %9s %9s %9s%n",
        "network, batch",
        "pass",
        "kernels",
        "GB",
        "GMAC",
        "fp32 ms",
        "TF32 ms",
        "starts ms");
    for (Workload workload : Workload.ALL) {
      print(workload.name(), workload.architecture(), workload.batch(), speed);
    }
    print("EDM2+-S (G* 64x64x3 c=192)", Presets.of("G*"), FULL_SIZE_BATCH, speed);
  }

  private static void print(String name, ArchitectureSpec spec, int batch, Speed speed) {
    try (Network network = Network.initialize(spec, 0, GPU)) {
      line(name + ", " + batch, "train", Work.of(network.trainingOperations(batch), speed), speed);
      line("", "denoise", Work.of(network.denoisingOperations(batch), speed), speed);
    }
  }

  private static void line(String name, String pass, Work work, Speed speed) {
    System.out.printf(
        Locale.ROOT,
        "%-40s %-8s %8d %8.2f %9.1f %9.2f %9.2f %9.2f%n",
        name,
        pass,
        work.kernels(),
        work.bytes() / 1e9,
        work.multiplyAdds() / 1e9,
        work.fp32() * 1e3,
        work.tf32() * 1e3,
        work.kernels() * speed.start() * 1e3);
  }
}
