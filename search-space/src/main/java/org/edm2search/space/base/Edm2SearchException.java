package org.edm2search.space.base;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Root of every failure the project reports on purpose. The message is meant for the user. */
public class Edm2SearchException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public Edm2SearchException(@Nullable String message) {
    super(message);
  }

  public Edm2SearchException(@Nullable String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Returns what happened and how to mend it; the type's name where nothing is known. */
  @Override
  public String getMessage() {
    return Objects.requireNonNullElse(super.getMessage(), getClass().getSimpleName());
  }
}
