package org.edm2search.campaign.store;

import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;

/** A store that was open can no longer be used. Nobody's trial is to blame: the run must end. */
public class StoreException extends Edm2SearchException {

  private static final long serialVersionUID = 1L;

  public StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
