package org.edm2search.campaign.statistics;

/**
 * What is known about an architecture after its runs and everyone else's.
 *
 * @param typical its typical score over trainings and samples (median), estimated: drawn toward
 *     those of the others where its own runs say little
 * @param low lower end of the 95 % interval of the typical score
 * @param high upper end
 * @param againLow lower end of the interval that one further training scores in with 95 %
 * @param againHigh upper end
 * @param best probability that it is the best of all
 * @param betterThanReference probability that it is better than the reference; for the reference
 *     itself 0.5
 */
public record Standing(
    double typical,
    double low,
    double high,
    double againLow,
    double againHigh,
    double best,
    double betterThanReference) {

  /** Returns whether 95 % say neither that this is better than the reference nor worse. */
  public boolean likeReference() {
    return betterThanReference >= 0.025 && betterThanReference <= 0.975;
  }
}
