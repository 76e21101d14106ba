package org.edm2search.campaign.report;

import java.util.Locale;

/**
 * Numbers with so many digits, as {@link String#format} writes them, which takes fifteen times as
 * long: most of the time of a table of 10,000 lines.
 */
public final class Decimals {

  private static final long[] POWERS = {
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000
  };

  /** Below it, a number times any of the powers is a whole number that a double holds. */
  private static final double LARGEST = 1e7;

  private static final double LEAST = 1e-4;

  private Decimals() {}

  /** Returns a number with so many decimals, as {@code %.2f} does with 2. */
  public static String fixed(double value, int decimals) {
    double size = Math.abs(value);
    return size < LARGEST && decimals < POWERS.length
        ? text(value < 0, Math.round(size * POWERS[decimals]), decimals)
        : String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /** Returns a number with so many significant digits, as {@code %.4g} does with 4. */
  public static String significant(double value, int digits) {
    double size = Math.abs(value);
    if (size >= LEAST && size < POWERS[digits] && digits + 3 < POWERS.length) {
      int decimals = digits - 1;
      for (double rest = size; rest >= 10; rest /= 10) {
        decimals--;
      }
      for (double rest = size; rest < 1; rest *= 10) {
        decimals++;
      }
      long scaled = Math.round(size * POWERS[Math.max(0, decimals)]);
      if (scaled >= POWERS[digits] && decimals > 0) { // 9.9996 is 10.00
        decimals--;
        scaled = Math.round(size * POWERS[decimals]);
      }
      if (decimals >= 0 && scaled < POWERS[digits]) {
        return text(value < 0, scaled, decimals);
      }
    }
    return String.format(Locale.ROOT, "%." + digits + "g", value);
  }

  private static String text(boolean negative, long scaled, int decimals) {
    StringBuilder text = new StringBuilder(16);
    if (negative) {
      text.append('-');
    }
    text.append(scaled / POWERS[decimals]);
    if (decimals > 0) {
      text.append('.');
      long fraction = scaled % POWERS[decimals];
      for (int place = decimals - 1; place > 0 && fraction < POWERS[place]; place--) {
        text.append('0');
      }
      text.append(fraction);
    }
    return text.toString();
  }
}
