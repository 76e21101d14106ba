package org.edm2search.dashboard.web;

import org.edm2search.space.base.Edm2SearchException;

/** What was asked for is not there. The message is for the page's reader. */
final class NotFoundException extends Edm2SearchException {

  private static final long serialVersionUID = 1;

  /** Says what is missing. */
  public NotFoundException(String message) {
    super(message);
  }

  static NotFoundException ofTrial(String campaign, int trial) {
    return new NotFoundException("%s has no trial #%d.".formatted(campaign, trial));
  }
}
