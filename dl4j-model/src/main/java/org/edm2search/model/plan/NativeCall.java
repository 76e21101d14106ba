package org.edm2search.model.plan;

import java.util.List;
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
    return operation.kind() == Operation.Kind.LEGACY_TRANSFORM
        ? new Transform(operation, inputs.get(0), outputs.get(0))
        : new Declarable(operation, inputs, outputs);
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
      try {
        context.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
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
