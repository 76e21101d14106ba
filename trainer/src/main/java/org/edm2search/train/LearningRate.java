package org.edm2search.train;

import java.util.OptionalDouble;
import org.edm2search.space.yaml.Section;

/**
 * How fast every candidate learns. EDM2's ramp-up (10 million images) and decay are rescaled: by
 * default they are shares of the images that the budget buys, so that short runs reach their
 * learning rate at all.
 *
 * @param reference learning rate between ramp-up and decay
 * @param rampUpImages images over which it rises; empty for {@link #RAMP_UP_SHARE} of the run
 * @param decayBatches batches after which it falls; empty for {@link #DECAY_SHARE} of the run
 */
public record LearningRate(
    double reference, OptionalDouble rampUpImages, OptionalDouble decayBatches) {

  /** Share of a run over which the learning rate rises by default. */
  public static final double RAMP_UP_SHARE = 0.05;

  /** Share of a run after which it falls by default. */
  public static final double DECAY_SHARE = 0.1;

  public LearningRate {
    if (!(reference > 0 && reference <= 1)) {
      throw new IllegalArgumentException(
          "a learning rate must be above 0 and at most 1, but is " + reference);
    }
    if (!(rampUpImages.orElse(0) >= 0 && decayBatches.orElse(0) >= 0)) {
      throw new IllegalArgumentException(
          "ramp-up and decay must not be negative, but are %s images and %s batches"
              .formatted(rampUpImages, decayBatches));
    }
  }

  /** Reads the keys of a {@code training} section that are of the learning rate. */
  static LearningRate read(Section section) {
    double reference = section.number("learning_rate", 0.01);
    if (!(reference > 0 && reference <= 1)) {
      throw section.error("learning_rate", "must be above 0 and at most 1, but is " + reference);
    }
    return new LearningRate(
        reference, notNegative(section, "rampup_images"), notNegative(section, "decay_batches"));
  }

  private static OptionalDouble notNegative(Section section, String key) {
    double value = section.number(key, 0);
    if (!(value >= 0)) {
      throw section.error(key, "must not be negative, but is " + value);
    }
    return section.has(key) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  /** Returns the schedule of a run of so many images in batches of that size. */
  LearningRateSchedule schedule(long images, int batch) {
    return new LearningRateSchedule(
        reference,
        rampUpImages.orElse(RAMP_UP_SHARE * images),
        decayBatches.orElse(DECAY_SHARE * images / batch));
  }
}
