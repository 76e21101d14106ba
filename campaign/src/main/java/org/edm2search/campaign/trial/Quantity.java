package org.edm2search.campaign.trial;

import java.util.Objects;

/**
 * A named number with its unit.
 *
 * @param name such as {@code FD@1000} or {@link #TRAINED_IMAGES}
 * @param value finite
 * @param unit such as {@code images}; empty for a pure number
 */
public record Quantity(String name, double value, String unit) {

  /** Standard deviation of the score, in its unit: how far it scatters with other samples. */
  public static final String SCORE_DEVIATION = "standard_deviation";

  /** Images the optimizer has seen, repeats counted. */
  public static final String TRAINED_IMAGES = "trained_images";

  /** Multiply-adds spent on training: 3 × network × images. */
  public static final String TRAINING_FLOPS = "training_flops";

  /** Mean training loss at the end. */
  public static final String TRAINING_LOSS = "training_loss";

  /** Wall time of training. */
  public static final String TRAINING_SECONDS = "training_seconds";

  /** Wall time of sampling and scoring. */
  public static final String EVALUATION_SECONDS = "evaluation_seconds";

  /** Time of one evaluation on one image, where the campaign declares it as an objective. */
  public static final String LATENCY = "latency";

  /** Training throughput. */
  public static final String IMAGES_PER_SECOND = "images_per_second";

  public Quantity {
    Objects.requireNonNull(unit, "unit");
    if (name.isBlank()) {
      throw new IllegalArgumentException("a quantity needs a name");
    }
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("%s must be finite, but is %s".formatted(name, value));
    }
  }
}
