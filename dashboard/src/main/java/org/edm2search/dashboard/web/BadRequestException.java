package org.edm2search.dashboard.web;

import org.edm2search.space.base.Edm2SearchException;

/** A request that no page could answer. The message is for the page's reader. */
final class BadRequestException extends Edm2SearchException {

  private static final long serialVersionUID = 1;

  /** Says what is wrong with the request. */
  public BadRequestException(String message) {
    super(message);
  }
}
