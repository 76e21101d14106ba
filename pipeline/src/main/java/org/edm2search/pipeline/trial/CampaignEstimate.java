package org.edm2search.pipeline.trial;

import org.edm2search.space.cost.Cost;
import org.edm2search.train.TrainingRecipe;

/**
 * What a campaign will take if its candidates cost what its seed architecture does.
 *
 * @param trainingMultiplyAdds of all trials: 3 × network × images
 * @param scoringMultiplyAdds of all trials: samples × network evaluations, without features
 * @param trainedImages of all trials
 * @param evaluations of a network on one image, for the samples of all trials
 * @param stateBytes memory of a trial's weights, averages and optimizer, without activations
 * @param diskBytes of all trials' checkpoints and snapshots
 */
public record CampaignEstimate(
    double trainingMultiplyAdds,
    double scoringMultiplyAdds,
    double trainedImages,
    double evaluations,
    double stateBytes,
    double diskBytes) {

  /** Weights, their gradients and Adam's two moments. */
  private static final int OF_TRAINING = 4;

  /** Weights and Adam's two moments. */
  private static final int OF_CHECKPOINT = 3;

  /** The last one, and the one before for when that is damaged. */
  private static final int CHECKPOINTS = 2;

  /** Predicts from the file alone. */
  public static CampaignEstimate of(CampaignSettings settings) {
    Cost seed = settings.space().seedCost();
    TrainingRecipe recipe = settings.recipe();
    int trials = settings.affordableTrials() + settings.config().repeats();
    double images = settings.trainedImages();
    double weights = (double) Float.BYTES * seed.parameters();
    int averages = recipe.ema().size();
    double snapshots =
        recipe.snapshotImages() > 0 ? Math.floor(images / recipe.snapshotImages()) : 0;
    double evaluations =
        (double) settings.protocol().samples()
            * settings.protocol().sampling().evaluations()
            * trials;
    return new CampaignEstimate(
        (double) Cost.TRAINING_PASSES * seed.multiplyAdds() * images * trials,
        evaluations * seed.multiplyAdds(),
        images * trials,
        evaluations,
        weights * (OF_TRAINING + averages),
        weights * trials * (CHECKPOINTS * (OF_CHECKPOINT + averages) + snapshots * averages));
  }

  /**
   * Returns how long it takes, seconds, one trial after another.
   *
   * @param trainingRate images per second of training
   * @param evaluationRate network evaluations per second
   */
  public double seconds(double trainingRate, double evaluationRate) {
    return trainedImages / trainingRate + evaluations / evaluationRate;
  }
}
