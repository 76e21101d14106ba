package org.edm2search.space.architecture;

import java.util.List;

/**
 * One named tensor of a network.
 *
 * @param name stable name, as in checkpoints and exports
 * @param shape dimensions; empty for a scalar. Convolutions are [out, in, k, k], depthwise [C, 1,
 *     k, k], linear [out, in]
 * @param kind what training does with it
 */
public record ParameterSpec(String name, List<Integer> shape, Kind kind) {

  /** What training does with a tensor. */
  public enum Kind {
    /** Magnitude-preserving weight: trained, and normalized per output row. */
    WEIGHT,
    /** Learned scalar gain that starts at 0. */
    GAIN,
    /** Fixed Fourier frequencies, drawn once. */
    FREQUENCIES,
    /** Fixed Fourier phases, drawn once. */
    PHASES
  }

  public ParameterSpec {
    shape = List.copyOf(shape);
  }

  /** Returns the number of elements. */
  public long size() {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  /** Returns whether the optimizer changes it. */
  public boolean trainable() {
    return kind == Kind.WEIGHT || kind == Kind.GAIN;
  }

  /** Returns the number of output rows of a weight, 1 for a scalar. */
  public int rows() {
    return shape.isEmpty() ? 1 : shape.get(0);
  }

  /** Returns the elements of an output row of a weight: its fan-in. */
  public int fanIn() {
    return Math.toIntExact(size() / rows());
  }
}
