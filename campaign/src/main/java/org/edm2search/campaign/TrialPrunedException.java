package org.edm2search.campaign;

import org.edm2search.space.base.Edm2SearchException;

/** Thrown by an objective that gives a trial up; the message is the reason. */
public class TrialPrunedException extends Edm2SearchException {

  private static final long serialVersionUID = 1L;

  public TrialPrunedException(String reason) {
    super(reason);
  }
}
