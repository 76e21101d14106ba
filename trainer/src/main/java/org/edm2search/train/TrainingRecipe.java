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
 * <p>EDM2's ramp-up (10 million images) and decay are rescaled: by default they are shares of the
 * images that the budget buys, so that short runs reach their learning rate at all.
 *
 * @param multiplyAdds budget: 3 × the network's multiply-adds × trained images
 * @param batch images a step
 * @param microBatch images of a step that are computed at once, so that the step fits in memory;
 *     divides {@code batch}
 * @param learningRate reference learning rate
 * @param rampUpImages images over which the learning rate rises; −1 for {@link #RAMP_UP_SHARE} of
 *     the run
 * @param decayBatches batches after which it falls; −1 for {@link #DECAY_SHARE} of the run
 * @param ema relative lengths of the averages of the weights, ascending
 * @param noise distribution of noise levels
 * @param checkpointImages images between checkpoints
 * @param snapshotImages images between stored averages, for post-hoc reconstruction
 * @param labelDropout share of images whose class is not told, for classifier-free guidance
 */
public record TrainingRecipe(
    double multiplyAdds,
    int batch,
    int microBatch,
    double learningRate,
    double rampUpImages,
    double decayBatches,
    List<Double> ema,
    NoiseDistribution noise,
    long checkpointImages,
    long snapshotImages,
    double labelDropout) {

  /** Share of a run over which the learning rate rises by default. */
  public static final double RAMP_UP_SHARE = 0.05;

  /** Share of a run after which it falls by default. */
  public static final double DECAY_SHARE = 0.1;

  private static final int LOSS_POINTS = 200;

  public TrainingRecipe {
    Objects.requireNonNull(noise, "noise");
    ema = List.copyOf(ema);
    require(multiplyAdds > 0, "multiplyAdds must be above 0", multiplyAdds);
    require(batch > 0, "batch must be at least 1", batch);
    require(
        microBatch > 0 && batch % microBatch == 0, "microBatch must divide the batch", microBatch);
    require(learningRate > 0, "learningRate must be above 0", learningRate);
    require(!ema.isEmpty(), "ema must have a length", ema);
    require(checkpointImages > 0, "checkpointImages must be above 0", checkpointImages);
    require(snapshotImages >= 0, "snapshotImages must not be negative", snapshotImages);
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
      throw section.error("flops", "must be between 1e6 and 1e24 multiply-adds");
    }
    int batch = section.integer("batch", 64);
    if (batch < 1 || batch > 65_536) {
      throw section.error("batch", "must be between 1 and 65536 images");
    }
    int microBatch = section.integer("micro_batch", batch);
    if (microBatch < 1 || batch % microBatch != 0) {
      throw section.error("micro_batch", "must divide the batch of %d images".formatted(batch));
    }
    double learningRate = section.number("learning_rate", 0.01);
    if (!(learningRate > 0 && learningRate <= 1)) {
      throw section.error("learning_rate", "must be above 0 and at most 1");
    }
    double rampUp = section.number("rampup_images", -1);
    if (section.has("rampup_images") && !(rampUp >= 0)) {
      throw section.error("rampup_images", "must not be negative");
    }
    double decay = section.number("decay_batches", -1);
    if (section.has("decay_batches") && !(decay >= 0)) {
      throw section.error("decay_batches", "must not be negative");
    }
    List<Double> ema = section.numbers("ema", List.of(0.05, 0.10)).stream().sorted().toList();
    if (ema.isEmpty() || ema.size() > 8) {
      throw section.error("ema", "needs 1 to 8 lengths");
    }
    for (double length : ema) {
      try {
        PowerEma.of(length);
      } catch (IllegalArgumentException e) {
        throw section.error("ema", e.getMessage());
      }
    }
    double mean = section.number("noise_mean", -0.8);
    double std = section.number("noise_std", 1.6);
    NoiseDistribution noise;
    try {
      noise = new NoiseDistribution(mean, std);
    } catch (IllegalArgumentException e) {
      throw section.error("noise_std", e.getMessage());
    }
    long checkpoint = positive(section, "checkpoint_images", 16_384);
    long snapshot = positive(section, "snapshot_images", 16_384);
    double labelDropout = section.number("label_dropout", 0);
    if (!(labelDropout >= 0 && labelDropout < 1)) {
      throw section.error("label_dropout", "must be at least 0 and below 1: a share of the images");
    }
    section.rejectUnknown();
    return new TrainingRecipe(
        flops,
        batch,
        microBatch,
        learningRate,
        rampUp,
        decay,
        ema,
        noise,
        checkpoint,
        snapshot,
        labelDropout);
  }

  /**
   * Returns this recipe with another budget.
   *
   * @param other multiply-adds, within the bounds of {@code flops}
   */
  public TrainingRecipe withMultiplyAdds(double other) {
    return new TrainingRecipe(
        other,
        batch,
        microBatch,
        learningRate,
        rampUpImages,
        decayBatches,
        ema,
        noise,
        checkpointImages,
        snapshotImages,
        labelDropout);
  }

  private static long positive(Section section, String key, long otherwise) {
    long value = section.longInteger(key, otherwise);
    if (value < 1) {
      throw section.error(key, "must be at least 1 image");
    }
    return value;
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
    return new LearningRateSchedule(
        learningRate,
        rampUpImages < 0 ? RAMP_UP_SHARE * images : rampUpImages,
        decayBatches < 0 ? DECAY_SHARE * images / batch : decayBatches);
  }
}
