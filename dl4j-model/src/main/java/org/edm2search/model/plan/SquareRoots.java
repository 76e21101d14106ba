package org.edm2search.model.plan;

import java.nio.FloatBuffer;
import org.edm2search.model.device.HostView;
import org.edm2search.model.graph.Operation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Square roots in Java, whose compiler makes vector instructions of them: the library's own take
 * twenty times as long. A square root is rounded correctly whoever computes it.
 */
final class SquareRoots implements NativeCall {

  /** Values at a time: they stay in the first-level cache. */
  private static final int TILE = 4096;

  private final INDArray input;
  private final INDArray output;
  private final float[] tile;

  private SquareRoots(INDArray input, INDArray output) {
    this.input = input;
    this.output = output;
    tile = new float[(int) Math.min(TILE, input.length())];
  }

  static SquareRoots of(Operation operation, INDArray input, INDArray output) {
    if (!operation.name().equals("sqrt")) {
      throw new IllegalArgumentException(operation.name());
    }
    return new SquareRoots(input, output);
  }

  @Override
  public void run() {
    FloatBuffer from = HostView.read(input);
    HostView.write(
        output,
        to -> {
          for (int first = 0; first < from.limit(); first += tile.length) {
            int count = Math.min(tile.length, from.limit() - first);
            from.get(first, tile, 0, count);
            for (int i = 0; i < count; i++) {
              tile[i] = (float) Math.sqrt(tile[i]);
            }
            to.put(first, tile, 0, count);
          }
        });
  }

  @Override
  public void close() {
    // Holds no native memory of its own.
  }
}
