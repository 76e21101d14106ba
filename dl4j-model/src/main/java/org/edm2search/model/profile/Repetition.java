package org.edm2search.model.profile;

/**
 * How often a pass is timed after one run that is not.
 *
 * @param runs at most so many runs
 * @param seconds no run begins after so many seconds; the first always does
 */
public record Repetition(int runs, double seconds) {

  public Repetition {
    if (runs < 1 || !(seconds >= 0)) {
      throw new IllegalArgumentException(
          "needs at least 1 run and 0 seconds, but has %d and %s".formatted(runs, seconds));
    }
  }
}
