package org.edm2search.eval.fid;

/**
 * A number measured on samples, with how far it would scatter if others were drawn.
 *
 * @param value measured
 * @param standardDeviation of the value; NaN if not known
 */
public record Estimate(double value, double standardDeviation) {

  /** Standard deviations that 95 % of a normal distribution lie within. */
  private static final double NORMAL_95 = 1.959963984540054;

  public Estimate {
    if (standardDeviation < 0) {
      throw new IllegalArgumentException(
          "standardDeviation must not be negative, but is " + standardDeviation);
    }
  }

  /** Returns whether the standard deviation is known. */
  public boolean hasDeviation() {
    return !Double.isNaN(standardDeviation);
  }

  /** Returns the lower end of the 95 % interval. */
  public double low() {
    return value - NORMAL_95 * standardDeviation;
  }

  /** Returns the upper end of the 95 % interval. */
  public double high() {
    return value + NORMAL_95 * standardDeviation;
  }
}
