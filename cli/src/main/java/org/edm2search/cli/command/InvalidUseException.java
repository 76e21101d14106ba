package org.edm2search.cli.command;

import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;

/** What the user asked for cannot be, and nothing was done: exit code 2. */
public class InvalidUseException extends Edm2SearchException {

  private static final long serialVersionUID = 1L;

  public InvalidUseException(@Nullable String message) {
    super(message);
  }

  public InvalidUseException(@Nullable String message, Throwable cause) {
    super(message, cause);
  }

  /** Requires an option's value to be within bounds. */
  static void requireBetween(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidUseException(
          "%s must be between %d and %d, but is %d".formatted(option, least, most, value));
    }
  }
}
