package org.edm2search.model.device;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The only way to the values of a tensor in the host's memory.
 *
 * <p>On a GPU a tensor has a second copy, and the library knows which is the newer one only if it
 * is told: what is written to a buffer that was obtained elsewhere never arrives there, and what is
 * read from one that was kept is old. Neither ends with an error. Hence no buffer may be kept
 * beyond the next operation on its tensor. On the CPU both are the same memory and this costs
 * nothing.
 *
 * <p>Tensors are float32 and row-major; views of vectors count as tensors of their own.
 */
public final class HostView {

  private static final long MOST_IN_BUFFER = Integer.MAX_VALUE / Float.BYTES;

  private HostView() {}

  /** Returns the current values, read-only; invalid as soon as an operation writes the tensor. */
  public static FloatBuffer read(INDArray array) {
    Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
    return values(array).asReadOnlyBuffer();
  }

  /**
   * Writes values; those that are not written stay.
   *
   * @param writer is given the values, from the tensor's first to its last
   */
  public static void write(INDArray array, Consumer<FloatBuffer> writer) {
    AffinityManager locations = Nd4j.getAffinityManager();
    locations.ensureLocation(array, Location.HOST);
    writer.accept(values(array));
    locations.tagLocation(array, Location.HOST);
  }

  /** Writes all values. */
  public static void write(INDArray array, float[] values) {
    write(array, buffer -> buffer.put(values));
  }

  /**
   * Returns where the values begin, to be kept by calls of the host's own libraries. Only for plans
   * on the CPU: a GPU is not told.
   */
  public static FloatPointer memory(INDArray array) {
    return new FloatPointer(array.data().pointer()).getPointer(array.offset());
  }

  private static FloatBuffer values(INDArray array) {
    if (array.dataType() != DataType.FLOAT || !isRowMajor(array)) {
      throw new IllegalArgumentException(
          "expected a row-major float32 tensor, but received %s of shape %s and strides %s"
              .formatted(
                  array.dataType(),
                  Arrays.toString(array.shape()),
                  Arrays.toString(array.stride())));
    }
    long end = array.offset() + array.length();
    if (end > MOST_IN_BUFFER) {
      // A view of a vector that is larger than a buffer can be, such as a network's parameters.
      // Its own address, since JavaCPP's buffers end 2 GiB after the address, not the position.
      return memory(array).capacity(array.length()).asBuffer();
    }
    int start = Math.toIntExact(array.offset());
    return array.data().asNioFloat().slice(start, Math.toIntExact(array.length()));
  }

  /** Returns whether values lie one after the other, as their indices do. */
  public static boolean isRowMajor(INDArray array) {
    return array.ordering() == 'c'
        && Arrays.equals(array.stride(), Nd4j.getStrides(array.shape(), 'c'));
  }
}
