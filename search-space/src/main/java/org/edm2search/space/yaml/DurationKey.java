package org.edm2search.space.yaml;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys that hold a duration: {@code 90s}, {@code 10m} or {@code 2h}. */
public final class DurationKey {

  /** Longest one that is taken. */
  public static final Duration LONGEST = Duration.ofDays(1);

  private static final Pattern FORM = Pattern.compile("(\\d{1,6})([smh])");

  private DurationKey() {}

  /**
   * Reads a duration, or the default without the key.
   *
   * @param least shortest that is allowed, whole seconds
   */
  public static Duration read(Section section, String key, String otherwise, Duration least) {
    String text = section.string(key, otherwise);
    Matcher parts = FORM.matcher(text);
    long unit = text.endsWith("h") ? 3600 : text.endsWith("m") ? 60 : 1;
    long seconds = parts.matches() ? Long.parseLong(parts.group(1)) * unit : -1;
    if (seconds < least.toSeconds() || seconds > LONGEST.toSeconds()) {
      throw section.error(
          key,
          "must be %ds to 24h, such as 90s, 10m or 2h, but is '%s'"
              .formatted(least.toSeconds(), text));
    }
    return Duration.ofSeconds(seconds);
  }
}
