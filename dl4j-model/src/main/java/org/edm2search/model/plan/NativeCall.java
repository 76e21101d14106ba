package org.edm2search.model.plan;

import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.Pointer;
import org.edm2search.model.graph.Operation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseTransformOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.impl.transforms.floating.Sqrt;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Cos;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/** An operation bound to its arrays. */
interface NativeCall extends AutoCloseable {

  void run();

  @Override
  void close();

  static NativeCall of(Operation operation, List<INDArray> inputs, List<INDArray> outputs) {
    return switch (operation.kind()) {
      case LEGACY_TRANSFORM -> new Transform(operation, inputs.get(0), outputs.get(0));
      case JAVA_TRANSFORM -> SquareRoots.of(operation, inputs.get(0), outputs.get(0));
      case DEPTHWISE_PER_IMAGE ->
          new DepthwisePerImage(operation, inputs.get(0), inputs.get(1), outputs.get(0));
      case BATCHED_PRODUCT ->
          BatchedProduct.of(operation, inputs.get(0), inputs.get(1), outputs.get(0));
      case HEAD_PRODUCT -> HeadProducts.of(operation, inputs.get(0), inputs.get(1), outputs.get(0));
      case DECLARABLE, ELEMENT_WISE, RESHAPE -> new Declarable(operation, inputs, outputs);
    };
  }

  /** A call through an operation context: under a microsecond of overhead. */
  final class Declarable implements NativeCall {
    private static final NativeOps NATIVE = NativeOpsHolder.getInstance().getDeviceNativeOps();

    private final Operation operation;
    private final OpContext context;
    private final Pointer contextPointer;
    private final long hash;

    Declarable(Operation operation, List<INDArray> inputs, List<INDArray> outputs) {
      this.operation = operation;
      hash = DynamicCustomOp.builder(operation.name()).build().opHash();
      context = Nd4j.getExecutioner().buildContext();
      for (int i = 0; i < inputs.size(); i++) {
        context.setInputArray(i, inputs.get(i));
      }
      for (int i = 0; i < outputs.size(); i++) {
        context.setOutputArray(i, outputs.get(i));
      }
      context.setIArguments(operation.integers().stream().mapToLong(Long::longValue).toArray());
      context.setTArguments(operation.floats().stream().mapToDouble(Double::doubleValue).toArray());
      boolean[] flags = new boolean[operation.flags().size()];
      for (int i = 0; i < flags.length; i++) {
        flags[i] = operation.flags().get(i);
      }
      context.setBArguments(flags);
      // Shapes are known: without this every call computes them again.
      context.shapeFunctionOverride(true);
      // oneDNN copies row by row, 15 ns each: three times slower than the library itself.
      context.allowHelpers(!operation.name().equals("concat"));
      contextPointer = context.contextPointer();
    }

    @Override
    public void run() {
      int status = NATIVE.execCustomOp2(null, hash, contextPointer);
      if (status != 0 || NATIVE.lastErrorCode() != 0) {
        throw new IllegalStateException(
            "native operation %s on %s failed: %s"
                .formatted(operation.name(), operation.inputs(), NATIVE.lastErrorMessage()));
      }
    }

    @Override
    public void close() {
      // On a GPU, closing alone frees arrays that are still in use.
      context.purge();
      try {
        context.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** A convolution for each image, of shape [N, H, W, C] as its kernel is. */
  final class DepthwisePerImage implements NativeCall {
    private final List<NativeCall> calls;

    DepthwisePerImage(Operation operation, INDArray images, INDArray kernels, INDArray results) {
      long h = images.size(1);
      long w = images.size(2);
      long c = images.size(3);
      calls =
          LongStream.range(0, images.size(0))
              .<NativeCall>mapToObj(
                  n ->
                      new Declarable(
                          operation,
                          List.of(
                              Plan.view(images, n * h * w * c, 1, h, w, c),
                              Plan.view(kernels, n * h * w * c, h, w, c, 1)),
                          List.of(
                              Plan.view(
                                  results,
                                  n * results.stride(0),
                                  1,
                                  results.size(1),
                                  results.size(2),
                                  c))))
              .toList();
    }

    @Override
    public void run() {
      for (NativeCall call : calls) {
        call.run();
      }
    }

    @Override
    public void close() {
      calls.forEach(NativeCall::close);
    }
  }

  /** A transform of a small array. */
  final class Transform implements NativeCall {
    private final BaseTransformOp op;

    Transform(Operation operation, INDArray input, INDArray output) {
      op =
          switch (operation.name()) {
            case "sqrt" -> new Sqrt(input, output);
            case "exp" -> new Exp(input, output);
            case "cos" -> new Cos(input, output);
            default -> throw new IllegalArgumentException(operation.name());
          };
    }

    @Override
    public void run() {
      Nd4j.getExecutioner().exec(op);
    }

    @Override
    public void close() {
      // Holds no native memory of its own.
    }
  }
}
