package org.edm2search.pipeline.trial;

import java.math.BigInteger;
import org.edm2search.campaign.CampaignConfig;
import org.edm2search.campaign.Pricing;
import org.edm2search.campaign.fidelity.FidelitySettings;
import org.edm2search.space.cost.Cost;

/**
 * What a campaign costs if all its candidates cost what the seed architecture does and none fails.
 *
 * @param config the campaign
 * @param pricing what trials cost
 * @param seed the seed architecture
 */
record CampaignCost(CampaignConfig config, Pricing pricing, Cost seed) {

  static CampaignCost of(CampaignSettings settings) {
    return new CampaignCost(settings.config(), settings.pricing(), settings.space().seedCost());
  }

  /** Returns the trials of the search: as many as the file says, or as its budget buys. */
  int trials() {
    if (config.flops().isEmpty()) {
      return config.trials();
    }
    BigInteger left =
        config.flops().get().subtract(whole().multiply(BigInteger.valueOf(config.repeats())));
    int bought = 0;
    int most = config.trials();
    while (bought < most) {
      int middle = (bought + most + 1) >>> 1;
      if (ofTrials(middle).compareTo(left) <= 0) {
        bought = middle;
      } else {
        most = middle - 1;
      }
    }
    return bought;
  }

  private BigInteger whole() {
    return pricing.whole(seed).total();
  }

  /** Returns the multiply-adds of so many trials of the search. */
  BigInteger ofTrials(int trials) {
    if (config.fidelity().isEmpty()) {
      return whole().multiply(BigInteger.valueOf(trials));
    }
    BigInteger sum = BigInteger.ZERO;
    long[] trainings = trainings(trials);
    for (int rung = 0; rung < trainings.length; rung++) {
      sum = sum.add(step(rung).multiply(BigInteger.valueOf(trainings[rung])));
    }
    return sum;
  }

  /** Returns how many trainings to each rung so many trials of the search have. */
  long[] trainings(int trials) {
    return config
        .fidelity()
        .map(settings -> settings.trainings(trials))
        .orElseGet(() -> new long[] {trials});
  }

  /** A candidate of a bracket that begins above is taken to have been at the rung below. */
  private BigInteger step(int rung) {
    BigInteger loss = pricing.loss(seed).total();
    return rung == 0 ? at(0).add(loss) : at(rung).subtract(at(rung - 1)).add(loss);
  }

  private BigInteger at(int rung) {
    int top = config.fidelity().map(FidelitySettings::top).orElse(0);
    return rung == top ? whole() : pricing.training(seed, rung).total();
  }
}
