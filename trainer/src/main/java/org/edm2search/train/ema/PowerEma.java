package org.edm2search.train.ema;

import org.edm2search.model.EmaLength;

/**
 * Power-function average of weights: the weight of time τ is proportional to τ^γ (EDM2, section
 * 3.1). Its length is given as σ_rel, the standard deviation of that profile relative to the
 * training time.
 *
 * @param sigmaRel relative standard deviation, between 0 and 0.28
 * @param exponent γ
 */
public record PowerEma(double sigmaRel, double exponent) {

  /** Returns the average of a length. */
  public static PowerEma of(double sigmaRel) {
    return new PowerEma(sigmaRel, exponentOf(EmaLength.require(sigmaRel)));
  }

  /**
   * Largest real root of γ³ + 7γ² + (16 − s)γ + (12 − s) = 0 with s = σ_rel⁻² (EDM2, equation 126).
   */
  private static double exponentOf(double sigmaRel) {
    double s = 1 / (sigmaRel * sigmaRel);
    // The cubic is convex and increasing right of its largest root: Newton from above converges.
    double x = Math.sqrt(s);
    for (int i = 0; i < 100; i++) {
      double value = ((x + 7) * x + (16 - s)) * x + (12 - s);
      double slope = (3 * x + 14) * x + (16 - s);
      double next = x - value / slope;
      if (Math.abs(next - x) <= 1e-15 * Math.abs(x)) {
        return next;
      }
      x = next;
    }
    return x;
  }

  /**
   * Returns β of θ_ema ← θ + β·(θ_ema − θ) for the step that ends at {@code images} trained images
   * (EDM2, equation 127): 0 at the first step.
   */
  public double beta(long images, int batch) {
    return Math.pow(1 - (double) batch / images, exponent + 1);
  }
}
