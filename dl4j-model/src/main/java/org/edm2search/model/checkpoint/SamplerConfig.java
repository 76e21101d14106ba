package org.edm2search.model.checkpoint;

import java.util.List;

/**
 * How to draw images from an exported network: deterministic Heun steps (EDM, algorithm 1).
 *
 * @param steps noise levels; a step costs two network evaluations, the last one
 * @param sigmaMin lowest noise level
 * @param sigmaMax highest noise level
 * @param rho exponent of the schedule
 * @param guidanceWeight weight of autoguidance; 1 without a guide
 * @param sigmaData standard deviation the network assumes of images
 * @param classes names of the classes; empty for an unconditional network
 */
public record SamplerConfig(
    int steps,
    double sigmaMin,
    double sigmaMax,
    double rho,
    double guidanceWeight,
    double sigmaData,
    List<String> classes) {

  private static final double SIGMA_DATA = 0.5;

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
    if (!(rho > 0 && rho <= 100) || !(guidanceWeight >= 0 && guidanceWeight <= 100)) {
      throw new IllegalArgumentException(
          "rho and guidance weight must be up to 100, but are %s and %s"
              .formatted(rho, guidanceWeight));
    }
    if (sigmaData != SIGMA_DATA) {
      throw new IllegalArgumentException(
          "sigma_data must be %s, which the networks are made for, but is %s"
              .formatted(SIGMA_DATA, sigmaData));
    }
  }
}
