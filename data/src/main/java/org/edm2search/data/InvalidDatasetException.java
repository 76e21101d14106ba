package org.edm2search.data;

import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;

/** A data set that is missing or damaged: the message names the file, the rule and the value. */
public class InvalidDatasetException extends Edm2SearchException {

  private static final long serialVersionUID = 1L;

  public InvalidDatasetException(String file, @Nullable String rule) {
    super(file + ": " + rule);
  }

  public InvalidDatasetException(String file, @Nullable String rule, @Nullable Throwable cause) {
    super(file + ": " + rule, cause);
  }
}
