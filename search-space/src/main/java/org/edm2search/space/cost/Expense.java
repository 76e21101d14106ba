package org.edm2search.space.cost;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a network takes, by the names that constraints and objectives use. */
public enum Expense {
  /** Trainable values. */
  PARAMETERS("parameters", "parameters"),

  /** Multiply-adds of one network evaluation on one image, see {@link CostModel}. */
  FLOPS("FLOPs", "multiply-adds per evaluation"),

  /** Bytes of all feature maps of one evaluation on one image, see {@link ActivationModel}. */
  ACTIVATION_BYTES("activation bytes", "bytes of feature maps"),

  /** Milliseconds of one evaluation on one image, measured on this machine. */
  LATENCY("latency [ms]", "ms");

  private final String label;
  private final String unit;

  Expense(String label, String unit) {
    this.label = label;
    this.unit = unit;
  }

  /** Returns the name used in YAML, such as {@code activation_bytes}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the name for headings and axes. */
  public String label() {
    return label;
  }

  /** Returns the unit, for messages. */
  public String unit() {
    return unit;
  }

  /** Returns the expense of a name. */
  public static Optional<Expense> of(String text) {
    return Arrays.stream(values()).filter(expense -> expense.text().equals(text)).findFirst();
  }

  /** Returns all names. */
  public static List<String> texts() {
    return Arrays.stream(values()).map(Expense::text).toList();
  }
}
