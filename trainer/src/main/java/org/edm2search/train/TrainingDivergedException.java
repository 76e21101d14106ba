package org.edm2search.train;

import org.edm2search.space.base.Edm2SearchException;

/** The loss became infinite, not a number, or far larger than at the start. */
public class TrainingDivergedException extends Edm2SearchException {

  private static final long serialVersionUID = 1L;

  public TrainingDivergedException(long images, double loss, String rule) {
    super(
        "training diverged after %d images: the loss is %.4g, %s; lower training.learning_rate or raise training.rampup_images"
            .formatted(images, loss, rule));
  }
}
