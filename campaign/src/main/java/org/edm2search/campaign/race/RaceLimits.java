package org.edm2search.campaign.race;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * When a race ends; what holds first ends it.
 *
 * @param confidence the probability of being the best that one candidate is to reach
 * @param runs most trainings, all calls that went on with the race together
 * @param flops most multiply-adds of those trainings, scoring included
 * @param time after which this call begins no further training
 */
public record RaceLimits(
    double confidence, int runs, Optional<BigInteger> flops, Optional<Duration> time) {

  public RaceLimits {
    Objects.requireNonNull(flops, "flops");
    Objects.requireNonNull(time, "time");
    if (!(confidence > 0 && confidence < 1) || runs < 0) {
      throw new IllegalArgumentException(
          "a race needs a confidence between 0 and 1 and at least 0 runs, but has %s and %d"
              .formatted(confidence, runs));
    }
  }
}
