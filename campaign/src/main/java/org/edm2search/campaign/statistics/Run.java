package org.edm2search.campaign.statistics;

/**
 * The score of one training.
 *
 * @param score lower is better
 * @param samplingDeviation standard deviation over draws of samples, in the unit of the score; 0 if
 *     not known
 */
public record Run(double score, double samplingDeviation) {

  public Run {
    if (!Double.isFinite(score) || !(samplingDeviation >= 0) || samplingDeviation > 1e300) {
      throw new IllegalArgumentException(
          "a run needs a finite score and a deviation of at least 0, but has %s and %s"
              .formatted(score, samplingDeviation));
    }
  }
}
