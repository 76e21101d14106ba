package org.edm2search.model.sampling;

import org.edm2search.space.yaml.Section;

/**
 * Stochasticity of a sampler (EDM, algorithm 2): fresh noise before each step, as if it started at
 * a higher level.
 *
 * @param amount S_churn; 0 for a deterministic sampler
 * @param sigmaMin S_min, lowest noise level that gets noise
 * @param sigmaMax S_max, highest noise level that gets noise
 * @param noise S_noise, standard deviation of the fresh noise
 */
public record Churn(double amount, double sigmaMin, double sigmaMax, double noise) {

  /** A deterministic sampler. */
  public static final Churn NONE = new Churn(0, 0, Double.POSITIVE_INFINITY, 1);

  private static final double MOST_AMOUNT = 1e6;
  private static final double MOST_NOISE = 100;

  public Churn {
    if (!(amount >= 0 && amount <= MOST_AMOUNT)) {
      throw new IllegalArgumentException(
          "the amount of churn must be between 0 and %.0f, but is %s"
              .formatted(MOST_AMOUNT, amount));
    }
    if (!(sigmaMin >= 0 && sigmaMax >= sigmaMin)) {
      throw new IllegalArgumentException(
          "0 ≤ min ≤ max must hold for the noise levels of churn, but they are %s and %s"
              .formatted(sigmaMin, sigmaMax));
    }
    if (!(noise >= 0 && noise <= MOST_NOISE)) {
      throw new IllegalArgumentException(
          "the noise of churn must be between 0 and %.0f, but is %s".formatted(MOST_NOISE, noise));
    }
  }

  /**
   * Reads a {@code churn} section.
   *
   * @throws org.edm2search.space.yaml.InvalidConfigException naming the key and the rule
   */
  static Churn read(Section section) {
    double amount = section.number("amount");
    double min = section.number("min", NONE.sigmaMin);
    double max = section.has("max") ? section.number("max") : NONE.sigmaMax;
    double noise = section.number("noise", NONE.noise);
    section.rejectUnknown();
    try {
      return new Churn(amount, min, max, noise);
    } catch (IllegalArgumentException e) {
      throw section.error(e.getMessage());
    }
  }

  /** Returns whether a sampler with it is stochastic. */
  public boolean active() {
    return amount > 0;
  }

  /** Returns the noise level that a step really starts from, at least its own. */
  public double start(double sigma, int steps) {
    double increase =
        sigma >= sigmaMin && sigma <= sigmaMax ? Math.min(amount / steps, Math.sqrt(2) - 1) : 0;
    return sigma * (1 + increase);
  }

  @Override
  public String toString() {
    return "churn %s where %s ≤ σ ≤ %s, noise %s".formatted(amount, sigmaMin, sigmaMax, noise);
  }
}
