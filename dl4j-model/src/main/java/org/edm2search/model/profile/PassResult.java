package org.edm2search.model.profile;

import java.util.Optional;

/**
 * What came of a measurement.
 *
 * @param asked what was to be measured
 * @param profile what it took; empty if it failed
 * @param failure why there is no profile; empty if there is one
 */
public record PassResult(Pass asked, Optional<PassProfile> profile, String failure) {

  public PassResult {
    if (profile.isPresent() != failure.isEmpty()) {
      throw new IllegalArgumentException("either a profile or a failure");
    }
  }

  /** A measurement that succeeded. */
  public static PassResult of(Pass asked, PassProfile profile) {
    return new PassResult(asked, Optional.of(profile), "");
  }

  /** A measurement that failed. */
  public static PassResult failed(Pass asked, String why) {
    return new PassResult(asked, Optional.empty(), why);
  }
}
