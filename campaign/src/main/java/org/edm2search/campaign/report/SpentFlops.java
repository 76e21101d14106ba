package org.edm2search.campaign.report;

import java.math.BigInteger;
import org.edm2search.campaign.trial.Spending;

/**
 * Exact multiply-adds that trials have cost, by purpose.
 *
 * @param training forward and backward passes
 * @param sampling evaluations of the candidates
 * @param guide evaluations of their guides
 * @param heldOutLoss evaluations of the candidates on held-out images
 * @param total of all
 */
public record SpentFlops(
    BigInteger training,
    BigInteger sampling,
    BigInteger guide,
    BigInteger heldOutLoss,
    BigInteger total) {

  /** Returns a ledger's entry for programs. */
  public static SpentFlops of(Spending spent) {
    return new SpentFlops(
        spent.training(), spent.sampling(), spent.guide(), spent.loss(), spent.total());
  }
}
