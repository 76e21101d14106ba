package org.edm2search.campaign.trial;

import java.time.Instant;
import java.util.Objects;

/**
 * An attempt at a trial that failed.
 *
 * @param trial its number
 * @param kind whose fault it was
 * @param reason in one line
 * @param startedAt when the attempt began
 * @param endedAt when it failed
 */
public record Attempt(
    int trial, FailureKind kind, String reason, Instant startedAt, Instant endedAt) {

  public Attempt {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(startedAt, "startedAt");
    Objects.requireNonNull(endedAt, "endedAt");
  }
}
