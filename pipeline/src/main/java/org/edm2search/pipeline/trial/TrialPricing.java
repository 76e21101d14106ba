package org.edm2search.pipeline.trial;

import java.math.BigInteger;
import java.util.Optional;
import org.edm2search.campaign.Pricing;
import org.edm2search.campaign.trial.Spending;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.model.checkpoint.Checkpoint;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.model.sampling.Guidance.Guide;
import org.edm2search.model.sampling.Sampling;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.cost.CostModel;
import org.edm2search.train.TrainingRecipe;

/**
 * What the trials of a campaign cost. Training: 3 × network × images. Sampling: every image that is
 * drawn, the grid of samples too, × network evaluations; those of the guide apart. A guide that is
 * the network itself costs what the network does; the training of another guide is not charged.
 *
 * @param recipe how candidates are trained
 * @param sampling how images are drawn
 * @param drawn images a trial draws
 * @param guide cost of a guide that is not the candidate itself
 */
record TrialPricing(TrainingRecipe recipe, Sampling sampling, long drawn, Optional<Cost> guide)
    implements Pricing {

  static TrialPricing of(CampaignSettings settings) {
    EvaluationProtocol protocol = settings.protocol();
    return new TrialPricing(
        settings.recipe(),
        protocol.sampling(),
        protocol.samples() + (long) TrainAndScore.gridImages(settings.shape()),
        guide(protocol.guidance()));
  }

  private static Optional<Cost> guide(Guidance guidance) {
    return guidance instanceof Guidance.Autoguidance autoguidance
            && autoguidance.guide() instanceof Guide.CheckpointFile other
        ? Optional.of(CostModel.of(Checkpoint.read(other.file()).architecture()))
        : Optional.empty();
  }

  @Override
  public Spending whole(Cost cost) {
    int own = sampling.schedule().evaluations();
    return new Spending(
        TrainingRecipe.spent(cost, recipe.images(cost)),
        evaluations(cost, own),
        evaluations(guide.orElse(cost), sampling.evaluations() - own));
  }

  /** Charges what a trial draws to one that has trained to its end, and to no other. */
  @Override
  public Spending until(Cost cost, long images) {
    return images >= recipe.images(cost)
        ? whole(cost)
        : new Spending(TrainingRecipe.spent(cost, images), BigInteger.ZERO, BigInteger.ZERO);
  }

  private BigInteger evaluations(Cost cost, int ofAnImage) {
    return BigInteger.valueOf(cost.multiplyAdds())
        .multiply(BigInteger.valueOf(drawn))
        .multiply(BigInteger.valueOf(ofAnImage));
  }
}
