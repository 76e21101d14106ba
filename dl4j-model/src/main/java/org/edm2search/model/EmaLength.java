package org.edm2search.model;

/**
 * Rule for the relative length σ_rel of a power-function average of weights (EDM2, section 3.1).
 */
public final class EmaLength {

  /** Exclusive limit: σ_rel of a constant profile is 1/√12. */
  private static final double LIMIT = 0.28;

  private EmaLength() {}

  /**
   * Returns the length.
   *
   * @throws IllegalArgumentException if it is not above 0 and below 0.28
   */
  public static double require(double length) {
    if (!(length > 0 && length < LIMIT)) {
      throw new IllegalArgumentException(
          "must be above 0 and below %s, but is %s".formatted(LIMIT, length));
    }
    return length;
  }
}
