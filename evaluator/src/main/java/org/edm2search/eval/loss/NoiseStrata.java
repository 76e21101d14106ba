package org.edm2search.eval.loss;

import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Noise levels of the training distribution, ln σ ~ N(mean, std²) (EDM, section 5), in bins of
 * equal probability.
 *
 * @param mean P_mean, mean of ln σ
 * @param standardDeviation P_std, standard deviation of ln σ
 * @param bins number of bins
 */
public record NoiseStrata(double mean, double standardDeviation, int bins) {

  public NoiseStrata {
    if (!Double.isFinite(mean) || !(standardDeviation > 0 && standardDeviation <= 100)) {
      throw new IllegalArgumentException(
          "noise strata need a finite mean and 0 < std ≤ 100, but have mean %s and std %s"
              .formatted(mean, standardDeviation));
    }
    if (bins < 1 || bins > 1000) {
      throw new IllegalArgumentException(
          "noise strata need 1 to 1000 bins, but have %d".formatted(bins));
    }
  }

  /**
   * Returns a noise level of a bin.
   *
   * @param bin 0 for the lowest levels
   * @param position share of the bin's probability below the level, above 0 and below 1
   */
  public double sigma(int bin, double position) {
    if (bin < 0 || bin >= bins || !(position > 0 && position < 1)) {
      throw new IllegalArgumentException(
          "there is no level at %s of bin %d of %d".formatted(position, bin, bins));
    }
    double probability = (bin + position) / bins;
    return Math.exp(
        new NormalDistribution(null, mean, standardDeviation)
            .inverseCumulativeProbability(probability));
  }
}
