package org.edm2search.campaign.trial;

/**
 * A point of a trial's loss curve.
 *
 * @param images images trained so far
 * @param loss mean training loss since the point before; may be NaN or infinite where training
 *     diverged
 */
public record LossPoint(long images, double loss) {

  public LossPoint {
    if (images < 0) {
      throw new IllegalArgumentException("images must not be negative, but is " + images);
    }
  }
}
