package org.edm2search.space.base;

/**
 * A mean over strata of equal size, with its standard error over draws within the strata.
 *
 * @param value the mean
 * @param standardError of it
 */
public record StratifiedMean(double value, double standardError) {

  /**
   * Returns the mean of some values.
   *
   * @param values value i is of stratum i mod {@code strata}
   * @param strata number of strata
   * @throws IllegalArgumentException if the strata have not the same number of values, at least 2
   */
  public static StratifiedMean of(double[] values, int strata) {
    if (strata < 1 || values.length % strata != 0 || values.length / strata < 2) {
      throw new IllegalArgumentException(
          "%d values in %d strata: every one needs the same number, at least 2"
              .formatted(values.length, strata));
    }
    int count = values.length / strata;
    double mean = 0;
    double variance = 0;
    for (int stratum = 0; stratum < strata; stratum++) {
      double own = mean(values, stratum, strata);
      double squares = 0;
      for (int i = stratum; i < values.length; i += strata) {
        squares += (values[i] - own) * (values[i] - own);
      }
      mean += own / strata;
      variance += squares / (count - 1) / count / strata / strata;
    }
    return new StratifiedMean(mean, Math.sqrt(variance));
  }

  /** Returns the mean of a stratum. */
  public static double mean(double[] values, int stratum, int strata) {
    double sum = 0;
    for (int i = stratum; i < values.length; i += strata) {
      sum += values[i];
    }
    int count = values.length / strata;
    return sum / count;
  }
}
