package org.edm2search.cli.command;

import org.edm2search.space.base.Edm2SearchException;

/** A signal ended the command before it could store what it had: the exit code is the signal's. */
public final class EndedBySignalException extends Edm2SearchException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  EndedBySignalException(int exitCode, Edm2SearchException cause) {
    super(cause.getMessage(), cause);
    this.exitCode = exitCode;
  }

  /** Returns the command's exit code. */
  public int exitCode() {
    return exitCode;
  }
}
