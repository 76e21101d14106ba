package org.edm2search.train;

import java.util.random.RandomGenerator;
import org.edm2search.space.yaml.Section;

/**
 * Log-normal distribution of training noise levels: ln σ ~ N(mean, std²) (EDM, section 5).
 *
 * @param mean P_mean, mean of ln σ
 * @param standardDeviation P_std, standard deviation of ln σ
 */
public record NoiseDistribution(double mean, double standardDeviation) {

  public NoiseDistribution {
    if (!isMean(mean) || !isDeviation(standardDeviation)) {
      throw new IllegalArgumentException(
          "noise needs |mean| ≤ 10 and 0 < std ≤ 10, but has mean %s and std %s"
              .formatted(mean, standardDeviation));
    }
  }

  /** Reads the keys of a {@code training} section that are of the noise. */
  static NoiseDistribution read(Section section) {
    double mean = section.number("noise_mean", -0.8);
    if (!isMean(mean)) {
      throw section.error("noise_mean", "must be between -10 and 10, but is " + mean);
    }
    double standardDeviation = section.number("noise_std", 1.6);
    if (!isDeviation(standardDeviation)) {
      throw section.error(
          "noise_std", "must be above 0 and at most 10, but is " + standardDeviation);
    }
    return new NoiseDistribution(mean, standardDeviation);
  }

  private static boolean isMean(double mean) {
    return Math.abs(mean) <= 10;
  }

  private static boolean isDeviation(double standardDeviation) {
    return standardDeviation > 0 && standardDeviation <= 10;
  }

  /** Draws a noise level. */
  public double sample(RandomGenerator random) {
    return Math.exp(mean + standardDeviation * random.nextGaussian());
  }
}
