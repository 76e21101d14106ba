package org.edm2search.train;

import org.edm2search.space.base.Edm2SearchException;

/** Training was asked to stop; its checkpoint goes on from there. */
public class TrainingStoppedException extends Edm2SearchException {

  private static final long serialVersionUID = 1L;

  public TrainingStoppedException(long images) {
    super("training stopped after %d images, with a checkpoint".formatted(images));
  }
}
