package org.edm2search.model;

/**
 * Scalars that keep inputs, outputs and loss of the network at unit variance for every noise level
 * (Karras et al. 2022, EDM, table 1), for σ_data = 0.5.
 *
 * @param skip c_skip, weight of the noisy image in the output
 * @param out c_out, scale of the network's output
 * @param in c_in, scale of the network's input
 * @param noise c_noise, the network's noise-level input
 * @param lossWeight λ(σ), weight of the squared error
 */
public record Preconditioning(double skip, double out, double in, double noise, double lossWeight) {

  /** Standard deviation that images are assumed to have. */
  public static final double SIGMA_DATA = 0.5;

  /** Returns the scalars of one noise level. */
  public static Preconditioning of(double sigma) {
    if (!(sigma > 0) || Double.isInfinite(sigma)) {
      throw new IllegalArgumentException("sigma must be positive and finite, but is " + sigma);
    }
    double total = sigma * sigma + SIGMA_DATA * SIGMA_DATA;
    double root = Math.sqrt(total);
    return new Preconditioning(
        SIGMA_DATA * SIGMA_DATA / total,
        sigma * SIGMA_DATA / root,
        1 / root,
        Math.log(sigma) / 4,
        total / Math.pow(sigma * SIGMA_DATA, 2));
  }
}
