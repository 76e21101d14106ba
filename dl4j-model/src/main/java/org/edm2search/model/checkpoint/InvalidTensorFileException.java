package org.edm2search.model.checkpoint;

import java.nio.file.Path;
import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;

/**
 * A tensor file that cannot be trusted: the message names file, place, rule and value, in one line
 * of bounded length whatever the file holds.
 */
public class InvalidTensorFileException extends Edm2SearchException {

  private static final long serialVersionUID = 1L;
  private static final int MAX_RULE = 1000;
  private static final int MAX_NAME = 120;

  public InvalidTensorFileException(Path file, @Nullable String rule) {
    super(file + ": " + printable(rule, MAX_RULE));
  }

  public InvalidTensorFileException(Path file, @Nullable String rule, @Nullable Throwable cause) {
    super(file + ": " + printable(rule, MAX_RULE), cause);
  }

  /** Quotes a name or value that a file gave, cut to a length that leaves the rule readable. */
  static String quoted(String text) {
    return "'" + printable(text, MAX_NAME) + "'";
  }

  /** Replaces what could start a line or steer a terminal: control and format characters. */
  private static String printable(@Nullable String text, int most) {
    String line = String.valueOf(text).replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "\uFFFD");
    return line.length() <= most ? line : line.substring(0, most) + "…";
  }
}
