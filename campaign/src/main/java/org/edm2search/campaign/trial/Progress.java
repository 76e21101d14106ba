package org.edm2search.campaign.trial;

import java.time.Instant;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * How far a running trial is.
 *
 * @param trial its number
 * @param phase what it is doing
 * @param done images done in this phase
 * @param total images of this phase
 * @param loss recent training loss, empty in other phases
 * @param imagesPerSecond recent throughput
 * @param at when this was true
 */
public record Progress(
    int trial,
    Phase phase,
    long done,
    long total,
    OptionalDouble loss,
    double imagesPerSecond,
    Instant at) {

  public Progress {
    Objects.requireNonNull(phase, "phase");
    Objects.requireNonNull(loss, "loss");
    Objects.requireNonNull(at, "at");
  }
}
