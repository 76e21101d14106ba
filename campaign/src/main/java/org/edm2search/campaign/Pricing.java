package org.edm2search.campaign;

import org.edm2search.campaign.trial.Spending;
import org.edm2search.space.cost.Cost;

/**
 * What trials cost, known before they run. A price depends on the candidate alone, never on how
 * often its trial was interrupted: work that is repeated after a kill is charged once.
 */
public interface Pricing {

  /** Charges nothing. */
  Pricing NONE =
      new Pricing() {
        @Override
        public Spending whole(Cost cost) {
          return Spending.NONE;
        }

        @Override
        public Spending until(Cost cost, long images) {
          return Spending.NONE;
        }

        @Override
        public Spending training(Cost cost, int rung) {
          return Spending.NONE;
        }

        @Override
        public Spending loss(Cost cost) {
          return Spending.NONE;
        }
      };

  /** Returns what a trial costs that ends with its measurement, without losses at rungs. */
  Spending whole(Cost cost);

  /**
   * Returns what a trial costs that ends earlier.
   *
   * @param images of the last point of its loss curve, 0 without one
   */
  Spending until(Cost cost, long images);

  /** Returns what a training up to a rung costs. */
  Spending training(Cost cost, int rung);

  /** Returns what measuring the held-out loss once costs. */
  Spending loss(Cost cost);
}
