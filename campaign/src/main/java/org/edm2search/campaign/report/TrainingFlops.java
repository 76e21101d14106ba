package org.edm2search.campaign.report;

import java.util.Optional;
import java.util.OptionalDouble;
import org.edm2search.campaign.journal.CampaignSnapshot;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Trial;

/**
 * A campaign's training cost, multiply-adds.
 *
 * @param spent so far, on complete trials and on others
 * @param budget what the whole campaign will have spent, empty while not known
 */
public record TrainingFlops(double spent, OptionalDouble budget) {

  /** Returns the part spent, 0 to 1; 0 while the budget is not known. */
  public double fraction() {
    return budget.isPresent() && budget.getAsDouble() > 0
        ? Math.min(1, spent / budget.getAsDouble())
        : 0;
  }

  /** Adds up a campaign. Every trial has the same budget, so the scored ones tell the whole one. */
  public static TrainingFlops of(CampaignSnapshot snapshot, CampaignState state) {
    double unscored = 0;
    double scored = 0;
    int scoredCount = 0;
    for (Trial trial : snapshot.trials()) {
      OptionalDouble measured =
          trial
              .measurement()
              .map(measurement -> measurement.value(Quantity.TRAINING_FLOPS))
              .orElse(OptionalDouble.empty());
      if (measured.isPresent()) {
        scored += measured.getAsDouble();
        scoredCount++;
      } else {
        unscored += trial.candidate().cost().training(images(snapshot, state, trial)).doubleValue();
      }
    }
    Optional<CampaignRecord> campaign = snapshot.campaign();
    double spent = unscored + scored;
    boolean open = campaign.filter(c -> c.note().isEmpty()).isPresent();
    OptionalDouble planned =
        open ? PlannedTraining.flops(campaign.orElseThrow()) : OptionalDouble.empty();
    if (planned.isPresent()) {
      return new TrainingFlops(spent, OptionalDouble.of(Math.max(spent, planned.getAsDouble())));
    }
    return new TrainingFlops(
        spent,
        open && scoredCount > 0
            ? OptionalDouble.of(
                scored
                    / scoredCount
                    * Math.max(campaign.orElseThrow().plannedTrials(), snapshot.trials().size()))
            : OptionalDouble.empty());
  }

  private static long images(CampaignSnapshot snapshot, CampaignState state, Trial trial) {
    long recorded = snapshot.trainedImages().getOrDefault(trial.number(), 0L);
    if (state != CampaignState.RUNNING) {
      return recorded;
    }
    Optional<Progress> training =
        snapshot.progressOf(trial).filter(progress -> progress.phase() == Phase.TRAINING);
    return Math.max(recorded, training.map(Progress::done).orElse(0L));
  }
}
