package org.edm2search.campaign.trial;

import java.math.BigInteger;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.edm2search.space.LossPoint;
import org.edm2search.space.cost.Cost;

/**
 * Multiply-adds that a trial has cost, by purpose: an entry of the campaign's ledger. Exact whole
 * numbers, which a long does not hold for a campaign of large trainings. The evaluations of
 * candidates and their guides are counted; those of the network that features come from are not.
 *
 * @param training forward and backward passes, repeated work once
 * @param sampling evaluations of the candidate that images are drawn with
 * @param guide evaluations of its guide, or of itself without the class
 * @param loss evaluations of the candidate on held-out images
 */
public record Spending(
    BigInteger training, BigInteger sampling, BigInteger guide, BigInteger loss) {

  /** Nothing. */
  public static final Spending NONE =
      new Spending(BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO);

  /** Name of the purpose of {@link #loss}. */
  public static final String HELD_OUT_LOSS = "held-out loss";

  private static final int MOST_BITS = 128;

  public Spending {
    require("training", training);
    require("sampling", sampling);
    require("guide", guide);
    require(HELD_OUT_LOSS, loss);
  }

  private static void require(String purpose, BigInteger multiplyAdds) {
    if (multiplyAdds.signum() < 0 || multiplyAdds.bitLength() > MOST_BITS) {
      throw new IllegalArgumentException(
          "what %s cost must be at least 0 and below 2^%d multiply-adds"
              .formatted(purpose, MOST_BITS));
    }
  }

  /** Returns what a training has cost up to the last point of its loss curve. */
  public static Spending ofTraining(Cost cost, List<LossPoint> curve) {
    long images = curve.isEmpty() ? 0 : curve.get(curve.size() - 1).images();
    return ofTraining(cost.training(images));
  }

  /** Returns what a training has cost. */
  public static Spending ofTraining(BigInteger multiplyAdds) {
    return NONE.withTraining(multiplyAdds);
  }

  /** Returns what the same has cost with another amount of training. */
  public Spending withTraining(BigInteger multiplyAdds) {
    return new Spending(multiplyAdds, sampling, guide, loss);
  }

  /** Returns this so many times. */
  public Spending times(int count) {
    BigInteger factor = BigInteger.valueOf(count);
    return new Spending(
        training.multiply(factor),
        sampling.multiply(factor),
        guide.multiply(factor),
        loss.multiply(factor));
  }

  /** Returns what trials have cost together. */
  public static Spending of(Collection<Trial> trials) {
    return trials.stream().map(Trial::spent).reduce(NONE, Spending::plus);
  }

  /** Returns the sum by purpose. */
  public Spending plus(Spending other) {
    return new Spending(
        training.add(other.training),
        sampling.add(other.sampling),
        guide.add(other.guide),
        loss.add(other.loss));
  }

  /** Returns the sum over all purposes. */
  public BigInteger total() {
    return training.add(sampling).add(guide).add(loss);
  }

  /** Returns the entries that are not 0, by the name of their purpose. */
  public Map<String, BigInteger> byPurpose() {
    Map<String, BigInteger> entries = new LinkedHashMap<>();
    entries.put("training", training);
    entries.put("sampling", sampling);
    entries.put("guide", guide);
    entries.put(HELD_OUT_LOSS, loss);
    entries.values().removeIf(multiplyAdds -> multiplyAdds.signum() == 0);
    return entries;
  }
}
