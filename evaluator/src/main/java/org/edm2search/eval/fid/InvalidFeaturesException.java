package org.edm2search.eval.fid;

import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;

/** The features that were asked for cannot be had: a missing file or one that does not fit. */
public final class InvalidFeaturesException extends Edm2SearchException {

  private static final long serialVersionUID = 1L;
  private static final int MAX_LENGTH = 1500;

  public InvalidFeaturesException(@Nullable String message) {
    super(printable(message));
  }

  public InvalidFeaturesException(@Nullable String message, @Nullable Throwable cause) {
    super(printable(message), cause);
  }

  /** Models and what libraries say of them are not trusted to be one printable line. */
  private static String printable(@Nullable String message) {
    String line = String.valueOf(message).replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+", " ");
    return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "…";
  }
}
