package org.edm2search.campaign.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;

/** Numbers as people read them, in the terminal and on pages; programs get the numbers as such. */
public final class Amounts {

  /** Stands where there is no number yet. */
  public static final String NONE = "–";

  private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P", "E"};

  private Amounts() {}

  /** Returns a count with three significant digits and an SI prefix: {@code 1.23M}. */
  public static String count(double amount) {
    if (!Double.isFinite(amount)) {
      return NONE;
    }
    double rest = Math.abs(amount);
    int prefix = 0;
    // 999.5 would print as 1000 with three digits.
    while (rest >= 999.5 && prefix < PREFIXES.length - 1) {
      rest /= 1000;
      prefix++;
    }
    return (amount < 0 ? "−" : "") + threeDigits(rest, prefix == 0) + PREFIXES[prefix];
  }

  private static String threeDigits(double value, boolean exact) {
    if (exact && value == Math.rint(value) || value >= 99.95) {
      return Decimals.fixed(value, 0);
    }
    return value >= 1
        ? Decimals.fixed(value, value >= 9.995 ? 1 : 2)
        : Decimals.significant(value, 3);
  }

  /** Returns a whole number in groups of three digits: {@code 60,000}. */
  public static String whole(long amount) {
    return String.format(Locale.ROOT, "%,d", amount).replace('-', '−');
  }

  /** Returns a score with as many decimals as its size calls for. */
  public static String score(double score) {
    if (!Double.isFinite(score)) {
      return NONE;
    }
    return decimals(score, score);
  }

  /** Returns a score, or a dash. */
  public static String score(OptionalDouble score) {
    return score.isPresent() ? score(score.getAsDouble()) : NONE;
  }

  /** Returns a measured number: whole if it is, otherwise with four significant digits. */
  public static String quantity(double value) {
    if (!Double.isFinite(value)) {
      return NONE;
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e9) {
      return whole((long) value);
    }
    if (Math.abs(value) >= 1e5) {
      return count(value);
    }
    return new BigDecimal(value)
        .round(new MathContext(4))
        .stripTrailingZeros()
        .toPlainString()
        .replace('-', '−');
  }

  /** Returns the ends of an interval, as precise as scores are printed. */
  public static String interval(double low, double high) {
    return decimals(low, high) + "–" + decimals(high, high);
  }

  /** Returns a probability as a whole percentage, never a certain one: {@code > 99 %}. */
  public static String probability(double probability) {
    if (probability < 0.005) {
      return "< 1 %";
    }
    return probability > 0.995 ? "> 99 %" : Decimals.fixed(100 * probability, 0) + " %";
  }

  private static String decimals(double value, double like) {
    double size = Math.abs(like);
    int decimals = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4;
    return Decimals.fixed(value, decimals).replace('-', '−');
  }

  /** Returns a relative difference with its sign: {@code −12.3 %} for a ratio of 0.877. */
  public static String difference(double ratio) {
    double percent = (ratio - 1) * 100;
    if (!Double.isFinite(percent)) {
      return NONE;
    }
    if (Math.abs(percent) < 0.05) {
      return "±0.0 %";
    }
    int decimals = Math.abs(percent) >= 99.95 ? 0 : 1;
    return (percent < 0 ? "−" : "+") + Decimals.fixed(Math.abs(percent), decimals) + " %";
  }

  /** Returns a relative difference, or a dash. */
  public static String difference(OptionalDouble ratio) {
    return ratio.isPresent() ? difference(ratio.getAsDouble()) : NONE;
  }

  /** Returns a ratio: {@code 1.06×}. */
  public static String ratio(double ratio) {
    if (!Double.isFinite(ratio)) {
      return NONE;
    }
    return Decimals.fixed(ratio, ratio >= 9.995 ? 1 : 2) + "×";
  }

  /** Returns a fraction as a whole percentage: {@code 42 %}. */
  public static String percent(double fraction) {
    if (!Double.isFinite(fraction)) {
      return NONE;
    }
    return (int) Math.floor(fraction * 100 + 1e-9) + " %";
  }

  /** Returns a time span in its two largest units: {@code 1 h 02 min}. */
  public static String duration(double seconds) {
    if (!Double.isFinite(seconds) || seconds < 0) {
      return NONE;
    }
    if (seconds < 10 && seconds != Math.rint(seconds)) {
      return Decimals.fixed(seconds, 1) + " s";
    }
    Duration span = Duration.ofSeconds(Math.round(seconds));
    if (span.toMinutes() == 0) {
      return span.toSeconds() + " s";
    }
    if (span.toHours() == 0) {
      return "%d min %02d s".formatted(span.toMinutes(), span.toSecondsPart());
    }
    if (span.toDays() == 0) {
      return "%d h %02d min".formatted(span.toHours(), span.toMinutesPart());
    }
    return "%d d %02d h".formatted(span.toDays(), span.toHoursPart());
  }

  /** Returns a time span, or a dash. */
  public static String duration(OptionalDouble seconds) {
    return seconds.isPresent() ? duration(seconds.getAsDouble()) : NONE;
  }

  /** Returns a time span as a clock shows it: {@code 0:45}, {@code 12:05} or {@code 3:20:00}. */
  public static String clock(double seconds) {
    if (!Double.isFinite(seconds)) {
      return NONE;
    }
    Duration span = Duration.ofSeconds(Math.round(Math.max(0, seconds)));
    return span.toHours() == 0
        ? "%d:%02d".formatted(span.toMinutes(), span.toSecondsPart())
        : "%d:%02d:%02d".formatted(span.toHours(), span.toMinutesPart(), span.toSecondsPart());
  }
}
