package org.edm2search.model.device;

import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What computes, and what primitives choose their operations by.
 *
 * @param name for people
 * @param freeBytes memory of its own that nobody has taken; empty where it shares the host's
 * @param traits what is fast on it
 */
public record Device(String name, OptionalLong freeBytes, Set<Trait> traits) {

  /** A reason to choose one operation rather than another that gives the same numbers. */
  public enum Trait {
    /** Many small products in one call are faster than a call, or a loop, for each. */
    BATCHED_PRODUCTS,
    /** The library's own gradient of a depthwise convolution is faster than a call an image. */
    DEPTHWISE_GRADIENT_IN_ONE,
    /** Tensors lie where Java reaches them without a copy. */
    HOST_MEMORY
  }

  /** The host's processor. */
  public static final Device CPU =
      new Device("CPU", OptionalLong.empty(), Set.of(Trait.HOST_MEMORY));

  private static @Nullable Device current;

  public Device {
    traits = Set.copyOf(traits);
  }

  /** Returns a GPU: every call waits for it, so that calls must be few. */
  public static Device gpu(String name, long freeBytes) {
    return new Device(
        name,
        OptionalLong.of(freeBytes),
        Set.of(Trait.BATCHED_PRODUCTS, Trait.DEPTHWISE_GRADIENT_IN_ONE));
  }

  /**
   * Returns what this process computes on: the CPU or, in a build for GPUs, the first one it sees.
   *
   * @throws UnusableDeviceException if there is none that can be used
   */
  public static synchronized Device current() {
    if (current == null) {
      current = Backend.here().device(DeviceChoice.AUTO);
    }
    return current;
  }

  /** Returns whether it has a trait. */
  public boolean has(Trait trait) {
    return traits.contains(trait);
  }

  /**
   * Refuses what does not fit into the device's free memory.
   *
   * @throws DeviceMemoryException with both numbers
   */
  public void requireFree(long bytes) {
    if (freeBytes.isPresent() && bytes > freeBytes.getAsLong()) {
      throw new DeviceMemoryException(this, bytes, freeBytes.getAsLong());
    }
  }
}
