package org.edm2search.model.profile;

import java.util.List;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.cost.Cost;

/**
 * What running a network takes.
 *
 * @param name for people
 * @param architecture what was measured
 * @param cost its parameters and multiply-adds
 * @param passes the measurements; the same ones in the same order for networks to compare
 */
public record NetworkProfile(
    String name, ArchitectureSpec architecture, Cost cost, List<PassResult> passes) {

  public NetworkProfile {
    passes = List.copyOf(passes);
  }
}
