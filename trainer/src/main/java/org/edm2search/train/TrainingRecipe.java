package org.edm2search.train;

import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.yaml.Section;
import org.edm2search.train.ema.PowerEma;

/**
 * How every candidate of a campaign is trained: a campaign's {@code training} section.
 *
 * @param multiplyAdds budget: 3 × the network's multiply-adds × trained images
 * @param batch images a step
 * @param microBatch images of a step that are computed at once, so that the step fits in memory;
 *     divides {@code batch}
 * @param learningRate and how it rises and falls
 * @param ema relative lengths of the averages of the weights, ascending
 * @param noise distribution of noise levels
 * @param saving how often files are written
 * @param labelDropout share of images whose class is not told, for classifier-free guidance
 */
public record TrainingRecipe(
    double multiplyAdds,
    int batch,
    int microBatch,
    LearningRate learningRate,
    List<Double> ema,
    NoiseDistribution noise,
    SavingIntervals saving,
    double labelDropout) {

  private static final int LOSS_POINTS = 200;

  public TrainingRecipe {
    Objects.requireNonNull(learningRate, "learningRate");
    Objects.requireNonNull(noise, "noise");
    Objects.requireNonNull(saving, "saving");
    ema = List.copyOf(ema);
    require(multiplyAdds > 0, "multiplyAdds must be above 0", multiplyAdds);
    require(batch > 0, "batch must be at least 1", batch);
    require(
        microBatch > 0 && batch % microBatch == 0, "microBatch must divide the batch", microBatch);
    require(!ema.isEmpty(), "ema must have a length", ema);
    require(labelDropout >= 0 && labelDropout < 1, "labelDropout must be in [0, 1)", labelDropout);
  }

  private static void require(boolean holds, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(rule + ", but is " + value);
    }
  }

  /**
   * Reads a {@code training} section.
   *
   * @throws org.edm2search.space.yaml.InvalidConfigException naming the key and the rule
   */
  public static TrainingRecipe read(Section section) {
    double flops = section.amount("flops");
    if (!(flops >= 1e6 && flops <= 1e24)) {
      throw section.error("flops", "must be between 1e6 and 1e24 multiply-adds, but is " + flops);
    }
    int batch = section.integer("batch", 64);
    if (batch < 1 || batch > 65_536) {
      throw section.error("batch", "must be between 1 and 65536 images, but is " + batch);
    }
    int microBatch = section.integer("micro_batch", batch);
    if (microBatch < 1 || batch % microBatch != 0) {
      throw section.error(
          "micro_batch",
          "must divide the batch of %d images, but is %d".formatted(batch, microBatch));
    }
    LearningRate learningRate = LearningRate.read(section);
    List<Double> ema = section.numbers("ema", List.of(0.05, 0.10)).stream().sorted().toList();
    if (ema.isEmpty() || ema.size() > 8) {
      throw section.error("ema", "needs 1 to 8 lengths, but has " + ema.size());
    }
    for (double length : ema) {
      try {
        PowerEma.of(length);
      } catch (IllegalArgumentException e) {
        throw section.error("ema", e.getMessage());
      }
    }
    NoiseDistribution noise = NoiseDistribution.read(section);
    SavingIntervals saving = SavingIntervals.read(section);
    double labelDropout = section.number("label_dropout", 0);
    if (!(labelDropout >= 0 && labelDropout < 1)) {
      throw section.error(
          "label_dropout",
          "must be a share of the images, at least 0 and below 1, but is " + labelDropout);
    }
    section.rejectUnknown();
    return new TrainingRecipe(
        flops, batch, microBatch, learningRate, ema, noise, saving, labelDropout);
  }

  /**
   * Returns this recipe with another budget.
   *
   * @param other multiply-adds
   */
  public TrainingRecipe withMultiplyAdds(double other) {
    return new TrainingRecipe(
        other, batch, microBatch, learningRate, ema, noise, saving, labelDropout);
  }

  /** Returns this recipe with files written at other intervals, which changes nothing else. */
  public TrainingRecipe withSaving(SavingIntervals other) {
    return new TrainingRecipe(
        multiplyAdds, batch, microBatch, learningRate, ema, noise, other, labelDropout);
  }

  /**
   * Returns the images that the budget buys, in whole batches.
   *
   * @param cost of one network evaluation
   * @throws InfeasibleTrainingException if it does not buy one batch
   */
  public long images(Cost cost) {
    long batches = (long) (multiplyAdds / Cost.TRAINING_PASSES / cost.multiplyAdds() / batch);
    if (batches < 1) {
      throw new InfeasibleTrainingException(
          "the budget of %.3g multiply-adds does not buy one batch of %d images at %d × %.3g each"
              .formatted(multiplyAdds, batch, Cost.TRAINING_PASSES, (double) cost.multiplyAdds()));
    }
    return batches * batch;
  }

  /** Returns the multiply-adds of one evaluation above which the budget does not buy one batch. */
  public long mostMultiplyAdds() {
    return (long) (multiplyAdds / Cost.TRAINING_PASSES / batch);
  }

  /** Returns how many images lie between two points of the loss curve, at least. */
  long lossInterval(long total) {
    return Math.max(batch, total / LOSS_POINTS);
  }

  /**
   * Returns where a training of so many images can be interrupted without a trace in its loss
   * curve: the point of the curve next to a share of it.
   *
   * @param share above 0, at most 1
   */
  public long stop(long total, double share) {
    if (share >= 1) {
      return total;
    }
    long interval = lossInterval(total);
    long points = Math.max(1, Math.round(share * total / interval));
    long batches = (points * interval + batch - 1) / batch;
    return Math.min(total, batches * batch);
  }

  /** Returns the multiply-adds spent on training images: 3 × network × images. */
  public static BigInteger spent(Cost cost, long images) {
    return cost.training(images);
  }

  /** Returns the schedule of a run. */
  LearningRateSchedule schedule(long images) {
    return learningRate.schedule(images, batch);
  }
}
