package org.edm2search.model;

import java.util.stream.Stream;

/**
 * The networks of {@code golden/networks}: an independent implementation's outputs and gradients.
 */
public final class GoldenNetworks {

  private GoldenNetworks() {}

  /** Returns their names, each that of a file. */
  public static Stream<String> names() {
    return Stream.of(
        "A", "B", "C", "D", "Dstar", "E", "Ek7", "F", "Fstar", "G", "Gstar", "Gstar-gray-uncond");
  }
}
