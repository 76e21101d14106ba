package org.edm2search.dashboard.view;

import java.util.OptionalDouble;

/**
 * What the scores say about a trial's architecture, training and sampling scatter considered.
 *
 * @param typical its typical score over trainings
 * @param low lower end of the 95 % interval of one more training's score
 * @param high upper end
 * @param best probability that it is the best of all
 * @param betterThanSeed probability that it is better than the seed architecture; empty for that
 *     one, and before it is scored
 */
public record StandingView(
    double typical, double low, double high, double best, OptionalDouble betterThanSeed) {

  /** Returns whether 95 % say that it is better than the seed architecture. */
  public boolean better() {
    return betterThanSeed.isPresent() && betterThanSeed.getAsDouble() > 0.975;
  }

  /** Returns whether 95 % say that it is worse than the seed architecture. */
  public boolean worse() {
    return betterThanSeed.isPresent() && betterThanSeed.getAsDouble() < 0.025;
  }

  /** Returns the style of a comparison with the seed architecture: neither, if not told apart. */
  public String style() {
    return better() ? "good" : worse() ? "bad" : "muted";
  }
}
