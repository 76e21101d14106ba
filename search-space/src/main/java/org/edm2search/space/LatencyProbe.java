package org.edm2search.space;

import org.edm2search.space.architecture.ArchitectureSpec;

/** Measures how long a network takes on this machine. Implemented where networks can run. */
@FunctionalInterface
public interface LatencyProbe {

  /**
   * Returns the milliseconds of one evaluation on one image. Equal networks get equal answers for
   * as long as a campaign lives, or it could not go on as it began.
   *
   * @param architecture in canonical form
   */
  double milliseconds(ArchitectureSpec architecture);
}
