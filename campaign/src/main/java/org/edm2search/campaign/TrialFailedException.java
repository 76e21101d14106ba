package org.edm2search.campaign;

import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;

/** Thrown by an objective that knows whose fault a failure is; the message is the reason. */
public class TrialFailedException extends Edm2SearchException {

  private static final long serialVersionUID = 1L;

  private final FailureKind kind;

  public TrialFailedException(FailureKind kind, String reason) {
    super(reason);
    this.kind = kind;
  }

  /** Creates the exception for another one. */
  public TrialFailedException(FailureKind kind, @Nullable String reason, Throwable cause) {
    super(reason, cause);
    this.kind = kind;
  }

  /** Returns whose fault it is. */
  public FailureKind kind() {
    return kind;
  }
}
