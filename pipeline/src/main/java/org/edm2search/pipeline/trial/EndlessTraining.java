package org.edm2search.pipeline.trial;

import org.edm2search.campaign.Objective;
import org.edm2search.campaign.TrialProgress;
import org.edm2search.campaign.TrialRequest;
import org.edm2search.campaign.TrialStoppedException;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.train.SavingIntervals;
import org.edm2search.train.Trainer;
import org.edm2search.train.TrainingListener;
import org.edm2search.train.TrainingProgress;
import org.edm2search.train.TrainingRecipe;
import org.edm2search.train.TrainingStoppedException;

/** Trains as a campaign's trials do, but until it is stopped: to measure how fast that is. */
public final class EndlessTraining implements Objective {

  private static final double ENDLESS = 1e20;

  private final CampaignSettings settings;

  /** Prepares a measurement. */
  public EndlessTraining(CampaignSettings settings) {
    this.settings = settings;
  }

  @Override
  public Measurement evaluate(TrialRequest request, TrialProgress progress) {
    TrainingRecipe endless =
        settings.recipe().withMultiplyAdds(ENDLESS).withSaving(SavingIntervals.NEVER);
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepped(TrainingProgress now) {
            TrainAndScore.report(progress, now);
          }

          @Override
          public boolean stopRequested() {
            return progress.stopRequested();
          }
        };
    try {
      new Trainer(endless, settings.images(), request.seed())
          .train(request.architecture(), request.directory(), listener);
    } catch (TrainingStoppedException e) {
      throw new TrialStoppedException();
    }
    throw new IllegalStateException("an endless training ended");
  }
}
