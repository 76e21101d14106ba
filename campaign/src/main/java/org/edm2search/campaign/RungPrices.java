package org.edm2search.campaign;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.edm2search.campaign.fidelity.HalvingScheduler;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.RungLoss;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.cost.Cost;

/**
 * What it costs to train a candidate from one rung to another, known before.
 *
 * @param pricing what trials cost
 * @param top index of the whole training, which is scored
 * @param losses whether the held-out loss is measured at every rung
 */
record RungPrices(Pricing pricing, int top, boolean losses) {

  /** Below the lowest rung. */
  static final int START = -1;

  /** Returns the multiply-adds from one rung to the next it is measured at. */
  BigInteger between(Cost cost, int from, int to) {
    if (from == to) {
      return BigInteger.ZERO;
    }
    BigInteger loss = losses ? pricing.loss(cost).total() : BigInteger.ZERO;
    return at(cost, to).subtract(at(cost, from)).add(loss);
  }

  private BigInteger at(Cost cost, int rung) {
    if (rung == START) {
      return BigInteger.ZERO;
    }
    return rung == top ? pricing.whole(cost).total() : pricing.training(cost, rung).total();
  }

  /** Returns what a trial had cost when it was at a rung below its goal. */
  BigInteger until(Trial trial, int rung) {
    long measured = trial.rungs().reached().stream().filter(loss -> loss.rung() <= rung).count();
    Cost cost = trial.candidate().cost();
    return at(cost, rung).add(pricing.loss(cost).total().multiply(BigInteger.valueOf(measured)));
  }

  /** Returns the rung that a trial is to be trained to. */
  static int goal(Trial trial) {
    return trial.rungs().goal().orElseThrow();
  }

  /** Returns the rung that a trial was at before its goal; {@link #START} for none. */
  static int before(Trial trial) {
    return trial.rungs().reached().stream()
        .mapToInt(RungLoss::rung)
        .filter(rung -> rung < goal(trial))
        .max()
        .orElse(START);
  }

  /**
   * Returns what will be spent at most by what was begun, and by what follows from that and from a
   * fresh candidate but for its first rung.
   *
   * @param outstanding trials that were handed out and not told of
   * @param seed the seed architecture's trial, which goes to the top though others are better;
   *     empty if it is the fresh candidate, of which there are no others yet
   */
  BigInteger committed(
      HalvingScheduler scheduler,
      Candidate fresh,
      List<Trial> outstanding,
      List<Trial> unfinished,
      Optional<Trial> seed) {
    BigInteger committed = BigInteger.ZERO;
    for (Trial trial : outstanding) {
      committed = committed.add(between(trial.candidate().cost(), before(trial), goal(trial)));
    }
    List<Cost> costs = costs(unfinished, fresh);
    int[] toCome = scheduler.toCome(1);
    for (int rung = 0; rung <= top; rung++) {
      if (toCome[rung] > 0) {
        int to = rung;
        BigInteger step = most(costs, cost -> between(cost, to - 1, to));
        committed = committed.add(step.multiply(BigInteger.valueOf(toCome[rung])));
      }
    }
    return committed.add(seed.map(this::toTheTop).orElse(BigInteger.ZERO));
  }

  private BigInteger toTheTop(Trial seed) {
    return seed.state().finished()
        ? BigInteger.ZERO
        : between(seed.candidate().cost(), goal(seed), top);
  }

  /** Returns what a candidate costs at a stretch. */
  BigInteger whole(Candidate candidate) {
    return pricing.whole(candidate.cost()).total();
  }

  private static List<Cost> costs(List<Trial> trials, Candidate candidate) {
    return Stream.concat(trials.stream().map(Trial::candidate), Stream.of(candidate))
        .map(Candidate::cost)
        .toList();
  }

  private static BigInteger most(List<Cost> costs, Function<Cost, BigInteger> price) {
    return costs.stream().map(price).reduce(BigInteger.ZERO, BigInteger::max);
  }
}
