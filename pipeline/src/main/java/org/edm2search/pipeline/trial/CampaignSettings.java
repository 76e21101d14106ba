package org.edm2search.pipeline.trial;

import java.nio.file.Path;
import java.util.Optional;
import org.edm2search.campaign.CampaignConfig;
import org.edm2search.campaign.Pricing;
import org.edm2search.data.DatasetProgress;
import org.edm2search.data.HeldOutImages;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.source.DataChoice;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.ImageShape;
import org.edm2search.model.checkpoint.Checkpoint;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.model.sampling.Guidance.Guide;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.constraint.Constraint;
import org.edm2search.space.cost.Expense;
import org.edm2search.train.InfeasibleTrainingException;
import org.edm2search.train.TrainingRecipe;

/**
 * A campaign's file, every section read by its module and checked against the others.
 *
 * @param config the file
 * @param data what to train on
 * @param images the data set, loaded; without the images held out
 * @param heldOut images that networks are compared by at rungs, if the campaign has any
 * @param space what to search
 * @param recipe how to train
 * @param protocol how to score
 */
public record CampaignSettings(
    CampaignConfig config,
    DataChoice data,
    ImageDataset images,
    Optional<ImageDataset> heldOut,
    SearchSpace space,
    TrainingRecipe recipe,
    EvaluationProtocol protocol) {

  /** Name of the constraint that {@code training.flops} is. */
  public static final String AFFORDABLE = "training.flops";

  private static final String LATENCIES = "latency.csv";

  /**
   * Reads and checks a file; writes nothing but what is learnt about its data set, into the user's
   * cache.
   *
   * @param progress told how far a data set is that was not seen before
   * @throws org.edm2search.space.yaml.InvalidConfigException naming file, line, key and rule
   */
  public static CampaignSettings load(Path file, DatasetProgress progress) {
    CampaignConfig config = CampaignConfig.load(file);
    DataChoice data = DataChoice.read(config.data());
    TrainingRecipe recipe = TrainingRecipe.read(config.training());
    EvaluationProtocol section = EvaluationProtocol.read(config.evaluation());
    if (data.heldOut().isPresent() && config.fidelity().isEmpty()) {
      throw config
          .data()
          .error("held_out", "is for campaigns with rungs; remove it, or add a section fidelity");
    }
    Optional<HeldOutImages> split = config.fidelity().map(settings -> data.loadHeldOut(progress));
    ImageDataset images = split.map(HeldOutImages::training).orElseGet(() -> data.load(progress));
    EvaluationProtocol protocol = section.on(images, data.labelDim(images));
    SearchSpace space =
        config
            .space(images.resolution(), images.channels(), data.labelDim(images))
            .with(affordable(recipe))
            .withLatency(new MeasuredLatency(config.directory().path().resolve(LATENCIES)));
    CampaignSettings settings =
        new CampaignSettings(
            config, data, images, split.map(HeldOutImages::heldOut), space, recipe, protocol);
    settings.requireRungs();
    settings.requireBudget();
    settings.requireClasses();
    settings.requireGuide();
    return settings;
  }

  /**
   * Returns the same campaign, scored by another protocol.
   *
   * @throws org.edm2search.space.yaml.InvalidConfigException if its guidance does not fit the
   *     campaign's networks
   */
  public CampaignSettings scoredBy(EvaluationProtocol other) {
    CampaignSettings settings =
        new CampaignSettings(
            config, data, images, heldOut, space, recipe, other.on(images, data.labelDim(images)));
    settings.requireGuide();
    return settings;
  }

  /** Refuses networks of which the budget does not train a single batch. */
  private static Constraint affordable(TrainingRecipe recipe) {
    return Constraint.limit(
        AFFORDABLE, Expense.FLOPS, Long.toString(Math.max(1, recipe.mostMultiplyAdds())));
  }

  private void requireBudget() {
    try {
      trainedImages();
    } catch (InfeasibleTrainingException e) {
      throw config.training().error("flops", e.getMessage());
    }
    CampaignCost cost = CampaignCost.of(this);
    if (config.flops().isPresent() && cost.trials() < 1) {
      throw config.flopsError(
          "must buy the seed architecture's trial, which takes %.4g multiply-adds to train and to score%s"
              .formatted(
                  cost.ofTrials(1).doubleValue(),
                  config.repeats() == 0
                      ? ""
                      : ", and %d repeats to confirm the best".formatted(config.repeats())));
    }
  }

  private void requireRungs() {
    config
        .fidelity()
        .ifPresent(
            settings -> {
              long total = trainedImages();
              for (int rung = 0; rung < settings.top(); rung++) {
                if (rungImages(rung, total) >= rungImages(rung + 1, total)) {
                  throw config.fidelityError(
                      "rungs",
                      "is %d, but training.flops buys only %d batches: rungs %d and %d would be the same; give fewer rungs, a smaller factor or more training"
                          .formatted(settings.rungs(), total / recipe.batch(), rung + 1, rung + 2));
                }
              }
            });
  }

  private long rungImages(int rung, long total) {
    return recipe.stop(total, config.fidelity().orElseThrow().share(rung));
  }

  /** Returns what trials cost. */
  public Pricing pricing() {
    return TrialPricing.of(this);
  }

  /**
   * Returns how many trials of the search the campaign's budget buys if all cost what the seed's
   * does.
   */
  public int affordableTrials() {
    return CampaignCost.of(this).trials();
  }

  private void requireGuide() {
    if (protocol.guidance() instanceof Guidance.ClassifierFree) {
      requireLabelDropout();
    } else if (protocol.guidance() instanceof Guidance.Autoguidance autoguidance) {
      if (autoguidance.guide() instanceof Guide.CheckpointFile other) {
        ImageSource.requireFit(
            other.file(), Checkpoint.read(other.file()).architecture(), space.seed());
      } else if (autoguidance.guide() instanceof Guide.Snapshot snapshot) {
        requireSnapshot(snapshot);
      }
    }
  }

  private void requireLabelDropout() {
    if (!data.classConditional()) {
      throw config
          .evaluation()
          .section("guidance")
          .error("kind", "is classifier-free, which needs data.class_conditional");
    }
    if (recipe.labelDropout() == 0) {
      throw config
          .training()
          .error(
              "label_dropout",
              "is 0, but evaluation.guidance is classifier-free and needs networks that are"
                  + " sometimes trained without the class; give a share such as 0.1");
    }
  }

  private void requireSnapshot(Guide.Snapshot guide) {
    double at = guide.share() * trainedImages();
    if (at < recipe.saving().snapshotImages()) {
      throw config
          .training()
          .error(
              "snapshot_images",
              "is %d, but the guide is to be the network after %.0f images; give at most that"
                  .formatted(recipe.saving().snapshotImages(), at));
    }
  }

  private void requireClasses() {
    if (recipe.labelDropout() > 0 && !data.classConditional()) {
      throw config
          .training()
          .error("label_dropout", "must be 0 for networks that are not told the class");
    }
  }

  /** Returns what the user should know before anything is spent. */
  public Optional<String> remark() {
    return protocol.features().remark(images);
  }

  /** Returns how many images the budget buys the seed architecture. */
  public long trainedImages() {
    return recipe.images(space.seedCost());
  }

  /** Returns what networks draw. */
  public ImageShape shape() {
    ArchitectureSpec seed = space.seed();
    return new ImageShape(seed.imgChannels(), seed.imgResolution(), seed.labelDim());
  }
}
