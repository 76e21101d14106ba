package org.edm2search.space.yaml;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * What single values of a YAML file mean. Conversions throw {@link IllegalArgumentException} with
 * the rule and the value, without the place.
 */
final class ScalarValues {

  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d[\\d_]*)?(\\.[\\d_]*)?([eE][-+]?\\d{1,4})?");
  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

  private ScalarValues() {}

  /** Returns whether there is no value. */
  static boolean isNull(ScalarNode node) {
    return node.isPlain() && NULLS.contains(node.getValue());
  }

  /** Returns a whole number of 32 bits. */
  static int toInt(ScalarNode node) {
    return toExact(node, BigInteger::intValueExact);
  }

  /** Returns a whole number of 64 bits. */
  static long toLong(ScalarNode node) {
    return toExact(node, BigInteger::longValueExact);
  }

  private static <T> T toExact(ScalarNode node, Function<BigInteger, T> conversion) {
    BigDecimal decimal =
        decimal(node)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "must be a whole number, but is " + describe(node)));
    try {
      // Digits are bounded before the conversion: 1e9999 would be a number of 10,000 digits.
      if (decimal.precision() - decimal.scale() > 20) {
        throw new ArithmeticException();
      }
      return conversion.apply(decimal.toBigIntegerExact());
    } catch (ArithmeticException e) {
      String rule =
          decimal.stripTrailingZeros().scale() > 0 ? "a whole number" : "a smaller number";
      throw new IllegalArgumentException("must be %s, but is %s".formatted(rule, describe(node)));
    }
  }

  /** Returns a finite number. */
  static double toNumber(ScalarNode node) {
    double number =
        decimal(node)
            .map(BigDecimal::doubleValue)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "must be a number such as 0.01 or 2e9, but is " + describe(node)));
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException("must be a smaller number, but is " + describe(node));
    }
    return number;
  }

  /** Returns a truth value. */
  static boolean toBool(ScalarNode node) {
    if (node.isPlain()) {
      switch (node.getValue()) {
        case "true", "True", "TRUE" -> {
          return true;
        }
        case "false", "False", "FALSE" -> {
          return false;
        }
        default -> {}
      }
    }
    throw new IllegalArgumentException("must be true or false, but is " + describe(node));
  }

  private static Optional<BigDecimal> decimal(ScalarNode node) {
    String text = node.getValue();
    if (!node.isPlain() || text.length() > 64 || !NUMBER.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new BigDecimal(text.replace("_", "")));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Returns a finite number that may have a prefix, such as {@code 600G}. */
  static double toAmount(ScalarNode node) {
    String expanded = ScaledNumber.expanded(node.getValue());
    return toNumber(
        node.isPlain() && !expanded.equals(node.getValue()) ? with(expanded, node) : node);
  }

  /** Returns the items of a list written as one text, {@code 1,2}; a blank text has none. */
  static List<Node> split(ScalarNode scalar) {
    if (scalar.getValue().isBlank()) {
      return List.of();
    }
    return Arrays.stream(scalar.getValue().split(",", -1))
        .map(text -> (Node) with(text.strip(), scalar))
        .toList();
  }

  private static ScalarNode with(String text, ScalarNode at) {
    return new ScalarNode(
        at.getTag(), true, text, at.getScalarStyle(), at.getStartMark(), at.getEndMark());
  }

  /** Returns a value as errors print it. */
  static String describe(Node node) {
    if (node instanceof MappingNode) {
      return "a section";
    }
    if (node instanceof SequenceNode sequence) {
      return "a list of " + sequence.getValue().size();
    }
    ScalarNode scalar = (ScalarNode) node;
    if (isNull(scalar)) {
      return "empty";
    }
    String quoted = scalar.isPlain() ? "" : "the quoted text ";
    return quoted + "'" + shorten(scalar.getValue()) + "'";
  }

  /** Returns a text cut to the length that errors print. */
  static String shorten(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
