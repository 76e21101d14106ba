package org.edm2search.model.checkpoint;

import java.util.List;

/**
 * How to draw images from an exported network: Heun steps (EDM, algorithms 1 and 2).
 *
 * @param steps noise levels; a step costs two network evaluations, the last one
 * @param sigmaMin lowest noise level
 * @param sigmaMax highest noise level
 * @param rho exponent of the schedule
 * @param churn fresh noise before each step
 * @param guidance by a worse network
 * @param labelDropout share of training images whose class was not told; classifier-free guidance
 *     needs some
 * @param sigmaData standard deviation the network assumes of images
 * @param classes names of the classes; empty for an unconditional network
 */
public record SamplerConfig(
    int steps,
    double sigmaMin,
    double sigmaMax,
    double rho,
    Churn churn,
    Guidance guidance,
    double labelDropout,
    double sigmaData,
    List<String> classes) {

  private static final double SIGMA_DATA = 0.5;

  /**
   * Stochasticity (EDM, algorithm 2).
   *
   * @param amount S_churn, 0 for none
   * @param min S_min, lowest noise level that gets noise
   * @param max S_max, highest noise level that gets noise, maybe infinite
   * @param noise S_noise, standard deviation of the fresh noise
   */
  public record Churn(double amount, double min, double max, double noise) {

    /** A deterministic sampler. */
    public static final Churn NONE = new Churn(0, 0, Double.POSITIVE_INFINITY, 1);

    public Churn {
      if (!(amount >= 0 && amount <= 1e6 && noise >= 0 && noise <= 100)) {
        throw new IllegalArgumentException(
            "churn must have an amount of 0 to 1e6 and a noise of 0 to 100, but they are %s and %s"
                .formatted(amount, noise));
      }
      if (!(min >= 0 && min <= max)) {
        throw new IllegalArgumentException(
            "churn needs 0 ≤ min ≤ max, but they are %s and %s".formatted(min, max));
      }
    }
  }

  /** What guides a network. */
  public enum GuidanceKind {
    /** A worse network, the bundle's guide. */
    AUTOGUIDANCE("autoguidance"),
    /** The network itself, without a class. */
    CLASSIFIER_FREE("classifier-free");

    private final String text;

    GuidanceKind(String text) {
      this.text = text;
    }

    /** Returns the name in files. */
    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * Guidance: D_guide + weight·(D − D_guide) where low &lt; σ ≤ high.
   *
   * @param kind what guides
   * @param weight 1 for no guidance
   * @param low exclusive lower limit of the guided noise levels
   * @param high inclusive upper limit, maybe infinite
   */
  public record Guidance(GuidanceKind kind, double weight, double low, double high) {

    /** The network alone. */
    public static final Guidance NONE =
        new Guidance(GuidanceKind.AUTOGUIDANCE, 1, 0, Double.POSITIVE_INFINITY);

    public Guidance {
      if (!(weight >= 0 && weight <= 100)) {
        throw new IllegalArgumentException(
            "the guidance weight must be up to 100, but is " + weight);
      }
      if (!(low >= 0 && low < high)) {
        throw new IllegalArgumentException(
            "a guidance interval needs 0 ≤ low < high, but has %s and %s".formatted(low, high));
      }
    }

    /** Returns whether another network guides. */
    public boolean needsGuide() {
      return weight != 1 && kind == GuidanceKind.AUTOGUIDANCE;
    }

    /** Returns whether some noise levels are not guided. */
    public boolean limited() {
      return low > 0 || high < Double.POSITIVE_INFINITY;
    }
  }

  public SamplerConfig {
    classes = List.copyOf(classes);
    if (steps < 2 || steps > 10_000) {
      throw new IllegalArgumentException("steps must be between 2 and 10000, but is " + steps);
    }
    if (!(sigmaMin > 0 && sigmaMin < sigmaMax && sigmaMax <= 1e6)) {
      throw new IllegalArgumentException(
          "0 < sigma_min < sigma_max must hold, but they are %s and %s"
              .formatted(sigmaMin, sigmaMax));
    }
    if (!(rho > 0 && rho <= 100)) {
      throw new IllegalArgumentException("rho must be up to 100, but is " + rho);
    }
    if (!(labelDropout >= 0 && labelDropout < 1)) {
      throw new IllegalArgumentException(
          "label_dropout must be at least 0 and below 1, but is " + labelDropout);
    }
    if (sigmaData != SIGMA_DATA) {
      throw new IllegalArgumentException(
          "sigma_data must be %s, which the networks are made for, but is %s"
              .formatted(SIGMA_DATA, sigmaData));
    }
  }
}
