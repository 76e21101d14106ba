package org.edm2search.model.profile;

/** Is told how a measurement goes. */
@FunctionalInterface
public interface ProfileListener {

  /**
   * A step goes on; called at its beginning and several times a second.
   *
   * @param step such as {@code warming up, batch 32}
   * @param seconds since the step began
   */
  void measuring(String step, double seconds);
}
