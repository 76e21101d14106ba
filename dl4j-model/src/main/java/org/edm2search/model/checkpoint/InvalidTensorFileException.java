package org.edm2search.model.checkpoint;

import java.nio.file.Path;
import org.edm2search.space.Edm2SearchException;

/** A tensor file that cannot be trusted: the message names file, place, rule and value. */
public class InvalidTensorFileException extends Edm2SearchException {

  private static final long serialVersionUID = 1L;

  public InvalidTensorFileException(Path file, String rule) {
    super(file + ": " + rule);
  }

  public InvalidTensorFileException(Path file, String rule, Throwable cause) {
    super(file + ": " + rule, cause);
  }
}
