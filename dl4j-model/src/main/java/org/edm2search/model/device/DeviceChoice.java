package org.edm2search.model.device;

import java.util.OptionalInt;

/**
 * A wish for a device: {@code auto}, {@code cpu} or {@code cuda:N}.
 *
 * @param words as given
 * @param gpu the GPU's index, if one was named
 */
public record DeviceChoice(String words, OptionalInt gpu) {

  /** What the build is for: the CPU, or the GPUs that the process sees. */
  public static final DeviceChoice AUTO = new DeviceChoice("auto", OptionalInt.empty());

  private static final String CPU = "cpu";
  private static final String CUDA = "cuda:";

  /**
   * Reads a choice.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static DeviceChoice parse(String text) {
    if (text.equals(AUTO.words)) {
      return AUTO;
    }
    if (text.equals(CPU)) {
      return new DeviceChoice(text, OptionalInt.empty());
    }
    if (text.matches(CUDA + "\\d{1,3}")) {
      return new DeviceChoice(
          text, OptionalInt.of(Integer.parseInt(text.substring(CUDA.length()))));
    }
    throw new IllegalArgumentException(
        "must be auto, cpu or cuda:N, such as cuda:0, but is '%s'".formatted(text));
  }

  boolean isCpu() {
    return words.equals(CPU);
  }
}
