package org.edm2search.model.sampling;

/**
 * Noise levels at which a network is guided: low &lt; σ ≤ high (Kynkäänniemi et al. 2024, arXiv
 * 2404.07724, equation 5). Levels are compared in float32, as networks get them.
 *
 * @param low exclusive lower limit
 * @param high inclusive upper limit
 */
public record SigmaInterval(double low, double high) {

  /** Every noise level. */
  public static final SigmaInterval ALL = new SigmaInterval(0, Double.POSITIVE_INFINITY);

  public SigmaInterval {
    if (!(low >= 0 && low < high)) {
      throw new IllegalArgumentException(
          "a guidance interval needs 0 ≤ low < high, but has %s and %s".formatted(low, high));
    }
  }

  /** Returns whether a noise level is inside. */
  public boolean contains(double sigma) {
    return (float) sigma > (float) low && (float) sigma <= (float) high;
  }

  /** Returns how many of some noise levels are inside. */
  public int count(double... sigmas) {
    int inside = 0;
    for (double sigma : sigmas) {
      inside += contains(sigma) ? 1 : 0;
    }
    return inside;
  }
}
