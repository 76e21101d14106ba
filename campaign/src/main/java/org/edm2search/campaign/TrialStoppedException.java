package org.edm2search.campaign;

import org.edm2search.space.base.Edm2SearchException;

/** Thrown by an objective that saved its work because it was asked to stop. */
public class TrialStoppedException extends Edm2SearchException {

  private static final long serialVersionUID = 1L;

  public TrialStoppedException() {
    super("stopped on request");
  }
}
