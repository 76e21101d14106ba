package org.edm2search.model.device;

import java.util.Comparator;

/** The generation of an NVIDIA GPU, as 8.0 for an A100. */
public record ComputeCapability(int major, int minor) implements Comparable<ComputeCapability> {

  private static final Comparator<ComputeCapability> ORDER =
      Comparator.comparingInt(ComputeCapability::major).thenComparingInt(ComputeCapability::minor);

  /**
   * Reads {@code 8.6}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static ComputeCapability parse(String text) {
    if (!text.matches("\\d{1,3}\\.\\d{1,3}")) {
      throw new IllegalArgumentException("no compute capability: '%s'".formatted(text));
    }
    String[] parts = text.split("\\.");
    return new ComputeCapability(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
  }

  @Override
  public int compareTo(ComputeCapability other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
