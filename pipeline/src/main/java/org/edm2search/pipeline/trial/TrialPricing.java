package org.edm2search.pipeline.trial;

import java.math.BigInteger;
import java.util.Optional;
import org.edm2search.campaign.Pricing;
import org.edm2search.campaign.fidelity.FidelitySettings;
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
 * the network itself costs what the network does; the training of another guide is not charged. A
 * held-out loss: its noisy images × network.
 *
 * @param recipe how candidates are trained
 * @param sampling how images are drawn
 * @param drawn images a trial draws
 * @param guide cost of a guide that is not the candidate itself
 * @param fidelity rungs, if the campaign has any
 */
record TrialPricing(
    TrainingRecipe recipe,
    Sampling sampling,
    long drawn,
    Optional<Cost> guide,
    Optional<FidelitySettings> fidelity)
    implements Pricing {

  static TrialPricing of(CampaignSettings settings) {
    EvaluationProtocol protocol = settings.protocol();
    return new TrialPricing(
        settings.recipe(),
        protocol.sampling(),
        protocol.samples() + (long) TrainAndScore.gridImages(settings.shape()),
        guide(protocol.guidance()),
        settings.config().fidelity());
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
        evaluations(guide.orElse(cost), sampling.evaluations() - own),
        BigInteger.ZERO);
  }

  @Override
  public Spending training(Cost cost, int rung) {
    double share = fidelity.map(settings -> settings.share(rung)).orElse(1.0);
    return Spending.ofTraining(cost.training(recipe.stop(recipe.images(cost), share)));
  }

  @Override
  public Spending loss(Cost cost) {
    long images = fidelity.map(FidelitySettings::lossImages).orElse(0);
    return new Spending(
        BigInteger.ZERO,
        BigInteger.ZERO,
        BigInteger.ZERO,
        BigInteger.valueOf(cost.multiplyAdds()).multiply(BigInteger.valueOf(images)));
  }

  /** Charges what a trial draws to one that has trained to its end, and to no other. */
  @Override
  public Spending until(Cost cost, long images) {
    return images >= recipe.images(cost)
        ? whole(cost)
        : Spending.ofTraining(TrainingRecipe.spent(cost, images));
  }

  private BigInteger evaluations(Cost cost, int ofAnImage) {
    return BigInteger.valueOf(cost.multiplyAdds())
        .multiply(BigInteger.valueOf(drawn))
        .multiply(BigInteger.valueOf(ofAnImage));
  }
}
