package org.edm2search.campaign;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
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
 * @param rung the rung to train to; empty to train at a stretch
 */
public record TrialRequest(
    int number,
    ArchitectureSpec architecture,
    Cost cost,
    Path directory,
    long seed,
    Optional<Rung> rung) {

  /**
   * A rung.
   *
   * @param index from 0, the lowest
   * @param count how many there are
   */
  public record Rung(int index, int count) {

    public Rung {
      if (index < 0 || index >= count || count > MOST_RUNGS) {
        throw new IllegalArgumentException(
            "a rung is 0 to %d of at most %d, but is %d".formatted(count - 1, MOST_RUNGS, index));
      }
    }

    /** Returns whether it is the whole training. */
    public boolean top() {
      return index == count - 1;
    }
  }

  private static final int MOST_RUNGS = 64;

  public TrialRequest {
    Objects.requireNonNull(architecture, "architecture");
    Objects.requireNonNull(cost, "cost");
    Objects.requireNonNull(directory, "directory");
    Objects.requireNonNull(rung, "rung");
  }
}
