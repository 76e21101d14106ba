package org.edm2search.space;

/**
 * A point of a training loss curve.
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
