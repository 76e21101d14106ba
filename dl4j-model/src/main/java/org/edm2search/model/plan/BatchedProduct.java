package org.edm2search.model.plan;

import java.util.ArrayList;
import java.util.List;
import org.edm2search.model.graph.Operation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A product of rank 3 as one call for all matrices.
 *
 * <p>ND4J's {@code batched_gemm} counts by columns: a row-major matrix is to it the transposed one,
 * so that C = op(A)·op(B) is computed as Cᵀ = op(B)ᵀ·op(A)ᵀ. It checks shapes as if nothing was
 * transposed and then reads memory by the leading dimensions alone; matrices are handed over with
 * the shapes it checks for.
 */
final class BatchedProduct implements NativeCall {

  private static final String NAME = "batched_gemm";

  private final NativeCall call;
  private final INDArray factors;
  private final INDArray zeros;

  private BatchedProduct(NativeCall call, INDArray factors, INDArray zeros) {
    this.call = call;
    this.factors = factors;
    this.zeros = zeros;
  }

  /**
   * Prepares the call.
   *
   * @param operation a {@code matmul}: integers say whether to transpose, the first float is a
   *     factor
   * @param a [n, rows, inner], or with the last two exchanged
   * @param b [n, inner, columns], or with the last two exchanged
   * @param product [n, rows, columns]
   */
  static BatchedProduct of(Operation operation, INDArray a, INDArray b, INDArray product) {
    long transposeA = operation.integers().get(0);
    long transposeB = operation.integers().get(1);
    long count = product.size(0);
    long rows = product.size(1);
    long columns = product.size(2);
    long inner = a.size(transposeA == 1 ? 1 : 2);
    INDArray factors =
        Nd4j.create(DataType.FLOAT, count).assign(operation.floats().get(0).floatValue());
    INDArray zeros = Nd4j.create(DataType.FLOAT, count);
    List<INDArray> inputs = new ArrayList<>(List.of(factors, zeros));
    inputs.addAll(matrices(b, columns, inner));
    inputs.addAll(matrices(a, inner, rows));
    List<Long> integers =
        List.of(
            transposeB,
            transposeA,
            columns,
            rows,
            inner,
            transposeB == 1 ? inner : columns,
            transposeA == 1 ? rows : inner,
            columns,
            count);
    Operation batched =
        new Operation(
            Operation.Kind.DECLARABLE,
            NAME,
            operation.inputs(),
            operation.outputs(),
            integers,
            List.of(),
            List.of());
    return new BatchedProduct(
        new Declarable(batched, inputs, matrices(product, columns, rows)), factors, zeros);
  }

  /** Returns a column-major view of each matrix. */
  private static List<INDArray> matrices(INDArray all, long height, long width) {
    List<INDArray> matrices = new ArrayList<>();
    for (long i = 0; i < all.size(0); i++) {
      matrices.add(
          Nd4j.create(
              all.data(),
              new long[] {height, width},
              new long[] {1, height},
              all.offset() + i * height * width,
              'f'));
    }
    return matrices;
  }

  @Override
  public void run() {
    call.run();
  }

  @Override
  public void close() {
    call.close();
    factors.close();
    zeros.close();
  }
}
