package org.edm2search.dashboard.library;

import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;

/** A campaign's store cannot be read now. The message says why and what to do. */
public final class UnreadableCampaignException extends Edm2SearchException {

  private static final long serialVersionUID = 1;

  /** Says what is wrong and what to do. */
  public UnreadableCampaignException(@Nullable String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
