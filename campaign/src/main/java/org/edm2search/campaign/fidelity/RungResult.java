package org.edm2search.campaign.fidelity;

import java.util.List;

/**
 * What a candidate showed at a rung.
 *
 * @param candidate its number in the campaign
 * @param rung index of the rung, 0 the lowest
 * @param objectives what is minimized, the score first; empty if the candidate failed, which never
 *     goes further
 */
public record RungResult(int candidate, int rung, List<Double> objectives) {

  public RungResult {
    objectives = List.copyOf(objectives);
    if (candidate < 0 || rung < 0) {
      throw new IllegalArgumentException(
          "candidate and rung are at least 0, but are %d and %d".formatted(candidate, rung));
    }
    if (!objectives.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          "objectives of candidate %d must be finite, but are %s".formatted(candidate, objectives));
    }
  }

  /** Returns whether the candidate failed at this rung. */
  public boolean failed() {
    return objectives.isEmpty();
  }

  /** Returns whether this is nowhere worse and somewhere better; both have not failed. */
  boolean dominates(RungResult other) {
    boolean better = false;
    for (int i = 0; i < objectives.size(); i++) {
      int order = Double.compare(objectives.get(i), other.objectives.get(i));
      if (order > 0) {
        return false;
      }
      better |= order < 0;
    }
    return better;
  }
}
