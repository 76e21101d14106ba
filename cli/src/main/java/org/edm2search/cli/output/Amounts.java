package org.edm2search.cli.output;

import java.util.Locale;

/** Numbers as people read them. */
public final class Amounts {

  private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P", "E"};

  private Amounts() {}

  /** Returns a count with three significant digits and a prefix, such as {@code 1.23 G}. */
  public static String scaled(double amount) {
    double value = amount;
    int prefix = 0;
    while (Math.abs(value) >= 999.5 && prefix < PREFIXES.length - 1) {
      value /= 1000;
      prefix++;
    }
    if (prefix == 0) {
      return String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.3g", value);
    }
    int decimals = Math.abs(value) >= 99.95 ? 0 : Math.abs(value) >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f%s", value, PREFIXES[prefix]);
  }

  /** Returns a duration such as {@code 45 s}, {@code 12 min 05 s} or {@code 3 h 20 min}. */
  public static String duration(double seconds) {
    long whole = Math.round(Math.max(0, seconds));
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
    }
    return String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole / 60 % 60);
  }

  /** Returns a duration as a clock shows it: {@code 0:45}, {@code 12:05} or {@code 3:20:00}. */
  public static String clock(double seconds) {
    long whole = Math.round(Math.max(0, seconds));
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }

  /**
   * Returns a bar as full as the work is done, such as {@code ━━━━╸────}.
   *
   * @param width characters
   */
  public static String bar(double done, double total, int width) {
    double share = total > 0 ? Math.max(0, Math.min(1, done / total)) : 0;
    int halves = (int) Math.floor(share * width * 2);
    String full = "━".repeat(halves / 2) + (halves % 2 == 1 ? "╸" : "");
    return full + "─".repeat(width - full.length());
  }
}
