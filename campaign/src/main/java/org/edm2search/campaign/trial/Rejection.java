package org.edm2search.campaign.trial;

import java.util.Objects;

/**
 * A candidate refused before training because it broke a constraint.
 *
 * @param architectureId identity of the network
 * @param genotype the choices first proposed for it
 * @param reason the constraint, the amount and the limit
 * @param count how often it was proposed, under whatever genotype
 */
public record Rejection(
    String architectureId, RecordedGenotype genotype, String reason, int count) {

  public Rejection {
    Objects.requireNonNull(architectureId, "architectureId");
    Objects.requireNonNull(genotype, "genotype");
    Objects.requireNonNull(reason, "reason");
    if (count < 1) {
      throw new IllegalArgumentException("count must be at least 1, but is " + count);
    }
  }

  /** Returns this rejection, seen more often. */
  public Rejection plus(int more) {
    return new Rejection(architectureId, genotype, reason, count + more);
  }
}
