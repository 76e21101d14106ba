package org.edm2search.model.sampling;

import org.edm2search.space.yaml.Section;

/**
 * Noise levels of a sampler (EDM, equation 5): equidistant in σ^(1/ρ), then 0.
 *
 * @param steps number of levels above 0, at least 2
 * @param sigmaMin lowest level above 0
 * @param sigmaMax highest level
 * @param rho exponent
 */
public record SigmaSchedule(int steps, double sigmaMin, double sigmaMax, double rho) {

  public SigmaSchedule {
    if (steps < 2 || steps > 10_000) {
      throw new IllegalArgumentException("steps must be between 2 and 10000, but is " + steps);
    }
    if (!(sigmaMin > 0 && sigmaMin < sigmaMax && sigmaMax <= 1e6)) {
      throw new IllegalArgumentException(
          "0 < sigma_min < sigma_max ≤ 1e6 must hold, but they are %s and %s"
              .formatted(sigmaMin, sigmaMax));
    }
    if (!(rho > 0 && rho <= 100)) {
      throw new IllegalArgumentException("rho must be above 0 and at most 100, but is " + rho);
    }
  }

  static SigmaSchedule read(Section section) {
    int steps = section.integer("steps", 18);
    double sigmaMin = section.number("sigma_min", 0.002);
    double sigmaMax = section.number("sigma_max", 80);
    double rho = section.number("rho", 7);
    try {
      return new SigmaSchedule(steps, sigmaMin, sigmaMax, rho);
    } catch (IllegalArgumentException e) {
      throw section.error(e.getMessage());
    }
  }

  /** Returns the levels from sigmaMax down to sigmaMin, then 0: steps + 1 values. */
  public double[] sigmas() {
    double[] sigmas = new double[steps + 1];
    double high = Math.pow(sigmaMax, 1 / rho);
    double low = Math.pow(sigmaMin, 1 / rho);
    for (int i = 0; i < steps; i++) {
      sigmas[i] = Math.pow(high + (double) i / (steps - 1) * (low - high), rho);
    }
    return sigmas;
  }

  /** Returns the network evaluations of a sample (NFE). */
  public int evaluations() {
    return 2 * steps - 1;
  }

  /** Returns the noise levels at which a sample's network is evaluated, in order: 2 steps − 1. */
  public double[] evaluatedLevels(Churn churn) {
    double[] sigmas = sigmas();
    double[] levels = new double[evaluations()];
    for (int i = 0; i < steps; i++) {
      levels[2 * i] = churn.start(sigmas[i], steps);
      if (2 * i + 1 < levels.length) {
        levels[2 * i + 1] = sigmas[i + 1];
      }
    }
    return levels;
  }
}
