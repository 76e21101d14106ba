package org.edm2search.pipeline.trial;

import java.util.Arrays;
import java.util.List;
import org.edm2search.campaign.fidelity.FidelitySettings;
import org.edm2search.space.cost.Cost;
import org.edm2search.train.TrainingRecipe;

/**
 * What a campaign will take if its candidates cost what its seed architecture does.
 *
 * @param trainingMultiplyAdds of all trials: 3 × network × images
 * @param scoringMultiplyAdds of all trials: samples × network evaluations, without features, and
 *     held-out losses
 * @param trainedImages of all trials
 * @param evaluations of a network on one image, for the samples and losses of all trials
 * @param stateBytes memory of a trial's weights, averages and optimizer, without activations
 * @param diskBytes of all trials' checkpoints and snapshots
 * @param trainings of the search to each rung; to the top alone without rungs
 * @param balancedSamples of a trial, with which scoring takes as many FLOPs as training; may be 0
 */
public record CampaignEstimate(
    double trainingMultiplyAdds,
    double scoringMultiplyAdds,
    double trainedImages,
    double evaluations,
    double stateBytes,
    double diskBytes,
    List<Long> trainings,
    long balancedSamples) {

  public CampaignEstimate {
    trainings = List.copyOf(trainings);
  }

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
    CampaignCost cost = CampaignCost.of(settings);
    int trials = cost.trials();
    int repeats = settings.config().repeats();
    long[] trainings = cost.trainings(trials);
    double images = settings.trainedImages();
    double trained = repeats * images;
    double losses = 0;
    for (int rung = 0; rung < trainings.length; rung++) {
      trained += trainings[rung] * (imagesAt(settings, rung) - imagesAt(settings, rung - 1));
      losses +=
          settings.config().fidelity().map(FidelitySettings::lossImages).orElse(0)
              * (double) trainings[rung];
    }
    long scored = trainings[trainings.length - 1] + repeats;
    double weights = (double) Float.BYTES * seed.parameters();
    int averages = recipe.ema().size();
    double snapshots =
        recipe.saving().snapshotImages() > 0
            ? Math.floor(images / recipe.saving().snapshotImages())
            : 0;
    double ofOneSample = (double) settings.protocol().sampling().evaluations() * scored;
    double evaluations = settings.protocol().samples() * ofOneSample + losses;
    return new CampaignEstimate(
        (double) Cost.TRAINING_PASSES * seed.multiplyAdds() * trained,
        evaluations * seed.multiplyAdds(),
        trained,
        evaluations,
        weights * (OF_TRAINING + averages),
        weights
            * ((trials + repeats) * CHECKPOINTS * (OF_CHECKPOINT + averages)
                + scored * snapshots * averages),
        Arrays.stream(trainings).boxed().toList(),
        (long) Math.max(0, (Cost.TRAINING_PASSES * trained - losses) / ofOneSample));
  }

  /** Trained images of the seed architecture at a rung; 0 below the lowest. */
  private static double imagesAt(CampaignSettings settings, int rung) {
    if (rung < 0) {
      return 0;
    }
    double share = settings.config().fidelity().map(rungs -> rungs.share(rung)).orElse(1.0);
    return settings.recipe().stop(settings.trainedImages(), share);
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
