package org.edm2search.campaign;

import java.nio.file.Path;
import java.util.Objects;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.cost.Cost;

/**
 * What an objective is to evaluate.
 *
 * @param number the trial
 * @param architecture the network
 * @param cost its parameters and multiply-adds
 * @param directory for artifacts; exists, and holds those of an earlier attempt
 * @param seed for everything random in this trial
 */
public record TrialRequest(
    int number, ArchitectureSpec architecture, Cost cost, Path directory, long seed) {

  public TrialRequest {
    Objects.requireNonNull(architecture, "architecture");
    Objects.requireNonNull(cost, "cost");
    Objects.requireNonNull(directory, "directory");
  }
}
