package org.edm2search.eval.sampling;

/**
 * Stochasticity of a sampler (EDM, algorithm 2): fresh noise before each step, as if it started at
 * a higher level.
 *
 * @param amount S_churn; 0 for a deterministic sampler
 * @param sigmaMin lowest noise level that gets noise
 * @param sigmaMax highest noise level that gets noise
 * @param noise S_noise, standard deviation of the fresh noise
 */
public record Churn(double amount, double sigmaMin, double sigmaMax, double noise) {

  /** A deterministic sampler. */
  public static final Churn NONE = new Churn(0, 0, Double.POSITIVE_INFINITY, 1);

  public Churn {
    if (!(amount >= 0) || !(sigmaMin >= 0) || !(sigmaMax >= sigmaMin) || !(noise >= 0)) {
      throw new IllegalArgumentException(
          "churn must not be negative and its range not empty, but is %s in %s to %s, noise %s"
              .formatted(amount, sigmaMin, sigmaMax, noise));
    }
  }

  /** Returns how much higher a step starts, relative to its noise level. */
  double increase(double sigma, int steps) {
    return sigma >= sigmaMin && sigma <= sigmaMax ? Math.min(amount / steps, Math.sqrt(2) - 1) : 0;
  }
}
