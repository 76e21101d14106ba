package org.edm2search.dashboard.library;

import org.edm2search.space.base.Edm2SearchException;

/** No campaign of this name is in the directory served. */
public final class UnknownCampaignException extends Edm2SearchException {

  private static final long serialVersionUID = 1;

  /** Says which campaign is missing. */
  public UnknownCampaignException(String name, String root) {
    super("There is no campaign called “%s” in %s.".formatted(name, root));
  }
}
