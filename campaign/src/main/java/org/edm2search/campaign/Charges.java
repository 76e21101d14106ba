package org.edm2search.campaign;

import java.util.List;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Spending;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;

/** What trials are charged when they end: a function of how far they came, whatever happened. */
final class Charges {

  private final Pricing pricing;
  private final TrialReader store;

  Charges(Pricing pricing, TrialReader store) {
    this.pricing = pricing;
    this.store = store;
  }

  /** Returns what a trial has cost in all that has ended. */
  Spending of(Trial started, TrialEnd end) {
    int losses = started.rungs().reached().size();
    if (end instanceof TrialEnd.Screened screened) {
      return pricing
          .training(started.candidate().cost(), screened.loss().rung())
          .plus(losses(started, losses + 1));
    }
    if (end instanceof TrialEnd.Measured measured) {
      return pricing
          .whole(started.candidate().cost())
          .plus(losses(started, losses + (measured.loss().isPresent() ? 1 : 0)));
    }
    return unfinished(started);
  }

  /** Returns what a trial has cost up to the last point of its loss curve. */
  Spending unfinished(Trial trial) {
    List<LossPoint> curve = store.losses(trial.number());
    long images = curve.isEmpty() ? 0 : curve.get(curve.size() - 1).images();
    return pricing
        .until(trial.candidate().cost(), images)
        .plus(losses(trial, trial.rungs().reached().size()));
  }

  private Spending losses(Trial trial, int count) {
    return count == 0 ? Spending.NONE : pricing.loss(trial.candidate().cost()).times(count);
  }
}
