package org.edm2search.eval;

import java.util.Map;
import org.edm2search.eval.fid.Estimate;

/**
 * What real images score: no network can be expected to score lower.
 *
 * @param distances of held-out images to the reference
 * @param images drawn
 * @param repeated how many of these were there already, because a class has too few
 */
public record Floor(Map<Distance, Estimate> distances, int images, int repeated) {

  public Floor {
    distances = Map.copyOf(distances);
  }
}
