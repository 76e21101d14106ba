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
 * @param betterThanLeader probability that it is better than the one of lowest typical score; for
 *     that one 0.5
 */
public record Standing(
    double typical,
    double low,
    double high,
    double againLow,
    double againHigh,
    double best,
    double betterThanReference,
    double betterThanLeader) {

  /** Least probability of what is not ruled out: one tail of a 95 % interval. */
  private static final double NOT_RULED_OUT = 0.025;

  /** Returns whether it is not told apart from the reference: it may be better, it may be worse. */
  public boolean likeReference() {
    return betterThanReference >= NOT_RULED_OUT && betterThanReference <= 1 - NOT_RULED_OUT;
  }

  /** Returns whether it is not told apart from the one of lowest typical score. */
  public boolean nearBest() {
    return betterThanLeader >= NOT_RULED_OUT;
  }
}
