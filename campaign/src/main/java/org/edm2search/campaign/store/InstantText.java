package org.edm2search.campaign.store;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Instants as {@link Instant#toString} writes them. {@link Instant#parse} takes more forms, and so
 * long that instants were half of what reading a trial takes.
 */
final class InstantText {

  /** Digits stand for digits. */
  private static final String FORM = "0000-00-00T00:00:00.000000000";

  private static final int WITHOUT_FRACTION = "0000-00-00T00:00:00".length();

  private InstantText() {}

  /**
   * Reads an instant.
   *
   * @throws DateTimeException if it is none
   */
  static Instant read(String text) {
    int end = text.length() - 1;
    if (!isPlain(text, end)) {
      return Instant.parse(text);
    }
    int nanos = end == WITHOUT_FRACTION ? 0 : number(text, WITHOUT_FRACTION + 1, end);
    for (int digits = end; digits < FORM.length(); digits++) {
      nanos *= 10;
    }
    return LocalDateTime.of(
            number(text, 0, 4),
            number(text, 5, 7),
            number(text, 8, 10),
            number(text, 11, 13),
            number(text, 14, 16),
            number(text, 17, 19),
            nanos)
        .toInstant(ZoneOffset.UTC);
  }

  private static boolean isPlain(String text, int end) {
    boolean whole = end == WITHOUT_FRACTION;
    boolean fraction = end > WITHOUT_FRACTION + 1 && end <= FORM.length();
    if (!(whole || fraction) || text.charAt(end) != 'Z') {
      return false;
    }
    for (int i = 0; i < end; i++) {
      char form = FORM.charAt(i);
      char c = text.charAt(i);
      if (form == '0' ? c < '0' || c > '9' : c != form) {
        return false;
      }
    }
    return true;
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = 10 * number + (text.charAt(i) - '0');
    }
    return number;
  }
}
