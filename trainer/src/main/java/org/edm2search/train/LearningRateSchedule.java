package org.edm2search.train;

/**
 * Linear ramp-up, then decay by the inverse square root (EDM2, equation 67).
 *
 * @param reference learning rate between the two
 * @param rampUpImages images over which it rises from 0; 0 for none
 * @param decayBatches batches after which it decays; 0 for never
 */
record LearningRateSchedule(double reference, double rampUpImages, double decayBatches) {

  public LearningRateSchedule {
    if (!(reference > 0 && reference <= 10) || !(rampUpImages >= 0) || !(decayBatches >= 0)) {
      throw new IllegalArgumentException(
          "a schedule needs 0 < learning rate ≤ 10 and non-negative ramp-up and decay, but has %s"
              .formatted(this));
    }
  }

  /** Returns the learning rate of the step that follows {@code images} trained images. */
  public double at(long images, int batch) {
    double rate = reference;
    if (decayBatches > 0) {
      rate /= Math.sqrt(Math.max(images / (decayBatches * batch), 1));
    }
    if (rampUpImages > 0) {
      rate *= Math.min(images / rampUpImages, 1);
    }
    return rate;
  }
}
