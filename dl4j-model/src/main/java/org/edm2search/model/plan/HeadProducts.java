package org.edm2search.model.plan;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.edm2search.model.device.HostView;
import org.edm2search.model.graph.Operation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A product for each image and head by the BLAS that computes the library's own products of rank 3:
 * the same numbers, but heads need not be copied apart, and what the library does around each of
 * many small products is saved.
 */
final class HeadProducts implements NativeCall {

  private final Matrices a;
  private final Matrices b;
  private final Matrices products;
  private final int orderOfA;
  private final int orderOfB;
  private final int images;
  private final int heads;
  private final int inner;
  private final float factor;

  /**
   * Where the matrices of an operand lie.
   *
   * @param memory the first matrix
   * @param image elements from an image to the next
   * @param head elements from a head to the next
   * @param row elements from a row to the next
   * @param rows rows of a matrix
   * @param columns columns of a matrix
   */
  private record Matrices(
      FloatPointer memory, long image, long head, int row, int rows, int columns) {

    /** Of [N, rows, heads, columns] or [N·heads, rows, columns]. */
    static Matrices of(INDArray array, int heads) {
      int rows = Math.toIntExact(array.size(1));
      int columns = Math.toIntExact(array.size(array.rank() - 1));
      boolean woven = array.rank() == 4;
      return new Matrices(
          HostView.memory(array),
          (long) heads * rows * columns,
          woven ? columns : (long) rows * columns,
          woven ? heads * columns : columns,
          rows,
          columns);
    }

    FloatPointer at(int ofImage, int ofHead) {
      return memory.position(ofImage * image + ofHead * head);
    }
  }

  private HeadProducts(Operation operation, INDArray left, INDArray right, INDArray results) {
    INDArray woven = left.rank() == 4 ? left : right;
    images = Math.toIntExact(woven.size(0));
    heads = Math.toIntExact(woven.size(2));
    a = Matrices.of(left, heads);
    b = Matrices.of(right, heads);
    products = Matrices.of(results, heads);
    boolean transposeB = operation.integers().get(1) == 1;
    inner = transposeB ? b.columns() : b.rows();
    orderOfA = order(operation.integers().get(0) == 1);
    orderOfB = order(transposeB);
    factor = operation.floats().get(0).floatValue();
  }

  /**
   * Prepares the call.
   *
   * @param operation integers say whether to transpose, the first float is a factor
   * @param a [N, rows, heads, columns] or [N·heads, rows, columns]
   * @param b the same, one of the two being of rank 4
   */
  static HeadProducts of(Operation operation, INDArray a, INDArray b, INDArray products) {
    return new HeadProducts(operation, a, b, products);
  }

  private static int order(boolean transposed) {
    return transposed ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans;
  }

  @Override
  public void run() {
    for (int image = 0; image < images; image++) {
      for (int head = 0; head < heads; head++) {
        openblas_nolapack.cblas_sgemm(
            openblas_nolapack.CblasRowMajor,
            orderOfA,
            orderOfB,
            products.rows(),
            products.columns(),
            inner,
            factor,
            a.at(image, head),
            a.row(),
            b.at(image, head),
            b.row(),
            0,
            products.at(image, head),
            products.row());
      }
    }
  }

  @Override
  public void close() {
    // The memory is the plan's.
  }
}
