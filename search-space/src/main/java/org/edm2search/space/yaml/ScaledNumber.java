package org.edm2search.space.yaml;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with a prefix of the SI, such as {@code 600G}, as this program prints them. */
public final class ScaledNumber {

  private static final String PREFIXES = "kMGTPE";
  private static final Pattern SCALED = Pattern.compile("([\\d_.]*[\\d.])([" + PREFIXES + "])");

  private ScaledNumber() {}

  /** Returns {@code 600e9} for {@code 600G}; anything without a prefix as it is. */
  public static String expanded(String text) {
    Matcher scaled = SCALED.matcher(text);
    return scaled.matches()
        ? scaled.group(1) + "e" + 3 * (PREFIXES.indexOf(scaled.group(2)) + 1)
        : text;
  }
}
