package org.edm2search.train;

import org.edm2search.space.base.Edm2SearchException;

/** Thrown where a training budget buys nothing of a network. */
public final class InfeasibleTrainingException extends Edm2SearchException {

  private static final long serialVersionUID = 1L;

  InfeasibleTrainingException(String message) {
    super(message);
  }
}
