package org.edm2search.space.constraint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.edm2search.space.cost.Expense;
import org.edm2search.space.yaml.NearMiss;

/**
 * Reads comparisons by recursive descent:
 *
 * <pre>
 * comparison = sum ("&lt;" | "&lt;=" | "&gt;" | "&gt;=") sum
 * sum        = product { ("+" | "-") product }
 * product    = factor { ("*" | "/") factor }
 * factor     = "-" factor | "(" sum ")" | number [unit] | expense [ "(" ("G*" | "seed") ")" ]
 * unit       = k | M | G | T (powers of 1,000) | KiB | MiB | GiB (powers of 1,024) | ms | s
 * </pre>
 *
 * <p>An expense is of the candidate, or with {@code (G*)} of the seed architecture.
 */
final class ConstraintParser {

  private static final int LONGEST = 200;
  private static final int DEEPEST = 20;
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?<text>(?<number>\\d[\\d_]*(\\.\\d+)?([eE][+-]?\\d{1,3})?)"
              + "|(?<word>G\\*|[A-Za-z_]\\w*)|<=|>=|[-+*/()<>]|\\S)");
  private static final Map<String, Double> UNITS =
      Map.of(
          "k",
          1e3,
          "M",
          1e6,
          "G",
          1e9,
          "T",
          1e12,
          "KiB",
          1024.0,
          "MiB",
          1024.0 * 1024,
          "GiB",
          1024.0 * 1024 * 1024,
          "ms",
          1.0,
          "s",
          1000.0);
  private static final String END = "";

  /** A word, number or sign, and the column it begins in, from 1. */
  private record Token(String text, int column, boolean number, boolean word) {}

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int next;
  private int depth;

  ConstraintParser(String text) {
    this.text = text.strip();
    if (this.text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "must have at most %d characters, but has %d".formatted(LONGEST, this.text.length()));
    }
    Matcher matcher = TOKEN.matcher(this.text);
    int end = 0;
    while (matcher.find()) {
      tokens.add(
          new Token(
              matcher.group("text"),
              matcher.start("text") + 1,
              matcher.group("number") != null,
              matcher.group("word") != null));
      end = matcher.end();
    }
    tokens.add(new Token(END, end + 1, false, false));
  }

  Constraint comparison() {
    Expression left = sum();
    Token operator = peek();
    if (!List.of("<", "<=", ">", ">=").contains(operator.text())) {
      throw unexpected("one of < <= > >=");
    }
    next++;
    Expression right = sum();
    if (!peek().text().equals(END)) {
      throw unexpected("the end, or an operator such as +");
    }
    Constraint constraint = new Constraint(text, text, left, operator.text(), right);
    if (constraint.expenses().isEmpty()) {
      throw new IllegalArgumentException(
          "'%s' speaks of no amount; name one of %s"
              .formatted(text, String.join(", ", Expense.texts())));
    }
    return constraint;
  }

  private Expression sum() {
    Expression sum = product();
    while (at("+") || at("-")) {
      char operator = take().text().charAt(0);
      sum = new Expression.Binary(operator, sum, product());
    }
    return sum;
  }

  private Expression product() {
    Expression product = factor();
    while (at("*") || at("/")) {
      char operator = take().text().charAt(0);
      product = new Expression.Binary(operator, product, factor());
    }
    return product;
  }

  private Expression factor() {
    if (++depth > DEEPEST) {
      throw new IllegalArgumentException(
          "column %d: is nested more than %d deep".formatted(peek().column(), DEEPEST));
    }
    try {
      if (at("-")) {
        take();
        return new Expression.Binary('-', new Expression.Constant(0), factor());
      }
      if (at("(")) {
        take();
        Expression inner = sum();
        expect(")");
        return inner;
      }
      if (peek().number()) {
        return number();
      }
      if (peek().word() && !at("G*")) {
        return amount();
      }
      throw unexpected("a number, an amount such as flops, or '('");
    } finally {
      depth--;
    }
  }

  private Expression number() {
    double value = Double.parseDouble(take().text().replace("_", ""));
    if (peek().word() && Expense.of(peek().text()).isEmpty()) {
      Double unit = UNITS.get(peek().text());
      if (unit == null) {
        throw unexpected("a unit (k M G T KiB MiB GiB ms s) or an operator");
      }
      next++;
      value *= unit;
    }
    return new Expression.Constant(value);
  }

  private Expression amount() {
    Token word = peek();
    Expense expense =
        Expense.of(word.text())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "column %d: there is no amount '%s'%s"
                            .formatted(
                                word.column(),
                                word.text(),
                                NearMiss.hint(word.text(), Expense.texts()))));
    next++;
    if (!at("(")) {
      return new Expression.Amount(expense, false);
    }
    take();
    if (!at("G*") && !at("seed")) {
      throw unexpected("G* or seed");
    }
    take();
    expect(")");
    return new Expression.Amount(expense, true);
  }

  private Token peek() {
    return tokens.get(next);
  }

  private Token take() {
    return tokens.get(next++);
  }

  private boolean at(String text) {
    return peek().text().equals(text);
  }

  private void expect(String wanted) {
    if (!at(wanted)) {
      throw unexpected("'" + wanted + "'");
    }
    next++;
  }

  private IllegalArgumentException unexpected(String wanted) {
    Token found = peek();
    return new IllegalArgumentException(
        "column %d: expected %s, but %s"
            .formatted(
                found.column(),
                wanted,
                found.text().equals(END)
                    ? "'%s' ends here".formatted(text)
                    : "found '%s'".formatted(found.text())));
  }
}
