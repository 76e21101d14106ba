package org.edm2search.space.constraint;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.edm2search.space.cost.Expense;
import org.edm2search.space.yaml.ScaledNumber;

/** A condition that candidates must meet, such as {@code flops <= 0.5 * flops(G*)}. Immutable. */
public final class Constraint {

  private static final Pattern NUMBER =
      Pattern.compile("(\\d[\\d_]*(\\.\\d+)?|\\.\\d+)(e\\+?\\d{1,2})?");

  private final String declared;
  private final String text;
  private final Expression left;
  private final String operator;
  private final Expression right;

  /**
   * Creates a condition.
   *
   * @param declared how messages name it
   * @param text all that the user wrote
   */
  Constraint(String declared, String text, Expression left, String operator, Expression right) {
    this.declared = Objects.requireNonNull(declared, "declared");
    this.text = text;
    this.left = left;
    this.operator = operator;
    this.right = right;
  }

  /**
   * Reads a comparison of two amounts, see {@link ConstraintParser}.
   *
   * @throws IllegalArgumentException naming the column, what was expected there and what is there
   */
  public static Constraint parse(String text) {
    return new ConstraintParser(text).comparison();
  }

  /**
   * Reads an upper limit: a number such as {@code 600G} is absolute, {@code 1.2x} is relative to
   * the seed architecture.
   *
   * @param key name of the limit, for messages
   * @throws IllegalArgumentException if the text is neither, or below 1
   */
  public static Constraint limit(String key, Expense expense, String text) {
    boolean relative = text.endsWith("x");
    String number = relative ? text.substring(0, text.length() - 1) : ScaledNumber.expanded(text);
    if (text.length() > 32 || !NUMBER.matcher(number.toLowerCase(Locale.ROOT)).matches()) {
      throw new IllegalArgumentException(
          "must be a positive number such as 600G, or a multiple of the seed's such as 1.2x, but is"
              + " '%s'".formatted(text));
    }
    double value = Double.parseDouble(number.replace("_", ""));
    if (value <= 0 || !relative && value < 1) {
      throw new IllegalArgumentException("must be at least 1, but is " + text);
    }
    Expression bound = new Expression.Constant(value);
    if (relative) {
      bound = new Expression.Binary('*', bound, new Expression.Amount(expense, true));
    }
    return new Constraint(
        key, key + " " + text, new Expression.Amount(expense, false), "<=", bound);
  }

  /** Returns how messages name it: the condition as written, or the key of an upper limit. */
  public String declared() {
    return declared;
  }

  /** Returns the expenses it speaks of. */
  public Set<Expense> expenses() {
    Set<Expense> both = new TreeSet<>(left.expenses());
    both.addAll(right.expenses());
    return both;
  }

  private boolean holds(double a, double b) {
    return switch (operator) {
      case "<" -> a < b;
      case "<=" -> a <= b;
      case ">" -> a > b;
      default -> a >= b;
    };
  }

  /**
   * Returns by how much a candidate misses the condition, relative to the right side; 0 if it meets
   * it.
   */
  public double excess(Amounts amounts) {
    double a = left.value(amounts);
    double b = right.value(amounts);
    return holds(a, b)
        ? 0
        : Math.max(Math.ulp(1), Math.abs(a - b) / Math.max(Math.abs(b), Double.MIN_NORMAL));
  }

  /** Returns the reason why a candidate is not allowed, or nothing if it is. */
  public Optional<String> violation(Amounts amounts) {
    double a = left.value(amounts);
    double b = right.value(amounts);
    if (holds(a, b)) {
      return Optional.empty();
    }
    boolean upperLimit =
        left instanceof Expression.Amount amount && !amount.ofSeed() && operator.startsWith("<");
    return Optional.of(
        upperLimit
            ? "%s: needs %s %s, but the limit is %s"
                .formatted(
                    declared, number(a), ((Expression.Amount) left).expense().unit(), number(b))
            : "%s: has %s on the left, %s on the right".formatted(declared, number(a), number(b)));
  }

  /** Whole numbers with thousands, others with four digits. */
  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.format(Locale.ROOT, "%,d", (long) value)
        : Math.abs(value) >= 10_000 && Math.abs(value) < 1e15
            ? String.format(Locale.ROOT, "%,.1f", value)
            : String.format(Locale.ROOT, "%.4g", value);
  }

  @Override
  public String toString() {
    return text;
  }
}
