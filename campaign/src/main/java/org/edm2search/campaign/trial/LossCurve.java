package org.edm2search.campaign.trial;

import java.util.List;
import org.edm2search.space.LossPoint;

/**
 * Points of a trial's loss curve, all or some.
 *
 * @param trial its number
 * @param points in any order; of two points at the same images the later one counts
 */
public record LossCurve(int trial, List<LossPoint> points) {

  public LossCurve {
    points = List.copyOf(points);
  }
}
