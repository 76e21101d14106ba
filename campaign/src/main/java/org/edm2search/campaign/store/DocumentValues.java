package org.edm2search.campaign.store;

import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads the values of documents; any other is an {@link IllegalArgumentException}. */
public final class DocumentValues {

  private DocumentValues() {}

  /**
   * Reads a number. JSON has none that is not finite; Jackson writes those as the texts {@code
   * NaN}, {@code Infinity} and {@code -Infinity}.
   */
  public static double number(JsonNode node) {
    if (node.isNumber()) {
      return node.doubleValue();
    }
    return switch (node.isString() ? node.stringValue() : "") {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw new IllegalArgumentException("not a number");
    };
  }

  static String text(JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.isString()) {
      throw new IllegalArgumentException(key + " must be a text");
    }
    return value.stringValue();
  }

  static long longWhole(JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new IllegalArgumentException(key + " must be a whole number");
    }
    return value.longValue();
  }

  static int whole(JsonNode node, String key) {
    long value = longWhole(node, key);
    if (value != (int) value) {
      throw new IllegalArgumentException(key + " is too large: " + value);
    }
    return (int) value;
  }

  static Instant instant(JsonNode node, String key) {
    return optionalInstant(node, key)
        .orElseThrow(() -> new IllegalArgumentException(key + " is missing"));
  }

  static Optional<Instant> optionalInstant(JsonNode node, String key) {
    return node.has(key) ? Optional.of(InstantText.read(text(node, key))) : Optional.empty();
  }

  static <E extends Enum<E>> E constant(Class<E> type, String name) {
    return Enum.valueOf(type, name);
  }
}
