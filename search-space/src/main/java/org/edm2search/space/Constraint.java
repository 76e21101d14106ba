package org.edm2search.space;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.yaml.ScaledNumber;

/**
 * An upper limit on what a candidate may cost.
 *
 * @param quantity what is limited
 * @param limit the largest allowed amount
 * @param declared the limit as the user wrote it, such as {@code 1.2x}
 */
public record Constraint(Quantity quantity, long limit, String declared) {

  /** What a constraint can limit. */
  public enum Quantity {
    /** Trainable values. */
    PARAMETERS("max_parameters", "parameters", Cost::parameters),
    /** Multiply-adds of one network evaluation on one image. */
    FLOPS("max_flops", "multiply-adds per evaluation", Cost::multiplyAdds);

    private final String key;
    private final String unit;
    private final ToLongFunction<Cost> amount;

    Quantity(String key, String unit, ToLongFunction<Cost> amount) {
      this.key = key;
      this.unit = unit;
      this.amount = amount;
    }

    /** Returns the key in YAML. */
    public String key() {
      return key;
    }

    /** Returns the unit, for messages. */
    public String unit() {
      return unit;
    }

    /** Returns this part of a cost. */
    public long of(Cost cost) {
      return amount.applyAsLong(cost);
    }
  }

  private static final Pattern NUMBER =
      Pattern.compile("(\\d[\\d_]*(\\.\\d+)?|\\.\\d+)(e\\+?\\d{1,2})?");

  public Constraint {
    Objects.requireNonNull(quantity, "quantity");
    Objects.requireNonNull(declared, "declared");
    if (limit < 1) {
      throw new IllegalArgumentException("must be at least 1, but is " + declared);
    }
  }

  /**
   * Reads a limit: a number such as {@code 600G} is absolute, {@code 1.2x} is relative to the seed.
   *
   * @param seed cost of the seed architecture
   * @throws IllegalArgumentException if the text is neither, or not positive
   */
  public static Constraint parse(Quantity quantity, String text, Cost seed) {
    boolean relative = text.endsWith("x");
    String number = relative ? text.substring(0, text.length() - 1) : ScaledNumber.expanded(text);
    if (text.length() > 32 || !NUMBER.matcher(number.toLowerCase(Locale.ROOT)).matches()) {
      throw new IllegalArgumentException(
          "must be a positive number such as 600G, or a multiple of the seed's such as 1.2x, but is '%s'"
              .formatted(text));
    }
    BigDecimal value = new BigDecimal(number.replace("_", ""));
    BigDecimal limit = relative ? value.multiply(BigDecimal.valueOf(quantity.of(seed))) : value;
    BigDecimal most = BigDecimal.valueOf(Long.MAX_VALUE);
    return new Constraint(
        quantity, limit.min(most).setScale(0, RoundingMode.FLOOR).longValueExact(), text);
  }

  /** Returns the reason why a candidate is not allowed, or nothing if it is. */
  public Optional<String> violation(ArchitectureSpec architecture, Cost cost) {
    return violation(cost);
  }

  /** Returns the reason why a cost is not allowed, or nothing if it is. */
  public Optional<String> violation(Cost cost) {
    long amount = quantity.of(cost);
    return amount <= limit
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s: needs %,d %s, but the limit is %,d%s",
                quantity.key(),
                amount,
                quantity.unit(),
                limit,
                origin()));
  }

  private String origin() {
    return declared.endsWith("x") ? " (" + declared + " of the seed)" : "";
  }
}
