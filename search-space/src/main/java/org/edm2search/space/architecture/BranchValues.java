package org.edm2search.space.architecture;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The choices of a separable branch as texts, one reading for genes, files and metadata. Nothing is
 * returned for a text that is no value.
 */
public final class BranchValues {

  /** What a kernel must be, for messages. */
  public static final String KERNEL_RULE = "3, 5 or 7";

  /** What an expansion must be, for messages. */
  public static final String EXPANSION_RULE =
      "between %d and %d".formatted(BranchSpec.MIN_EXPANSION, BranchSpec.MAX_EXPANSION);

  /** What a list of placements must be, for messages. */
  public static final String PLACEMENTS_RULE = "some of in, mid, out";

  private static final int LONGEST_NUMBER = 16;

  private BranchValues() {}

  /** Returns a kernel size. */
  public static Optional<Integer> kernel(String text) {
    return BranchSpec.KERNELS.stream().filter(size -> size.toString().equals(text)).findFirst();
  }

  /** Returns a width of the middle, relative to the block's channels. */
  public static Optional<Double> expansion(String text) {
    if (text.length() > LONGEST_NUMBER) {
      return Optional.empty();
    }
    try {
      return Optional.of(new BigDecimal(text).doubleValue()).filter(BranchValues::isExpansion);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Returns whether a branch can be so wide. */
  public static boolean isExpansion(double value) {
    return value >= BranchSpec.MIN_EXPANSION && value <= BranchSpec.MAX_EXPANSION;
  }

  /** Returns a placement. */
  public static Optional<Placement> placement(String text) {
    return Arrays.stream(Placement.values())
        .filter(placement -> placement.text().equals(text))
        .findFirst();
  }

  /** Returns placements separated by commas: at least one, none twice. */
  public static Optional<Set<Placement>> placements(String text) {
    List<String> names = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    EnumSet<Placement> placements = EnumSet.noneOf(Placement.class);
    names.forEach(name -> placement(name).ifPresent(placements::add));
    return placements.size() == names.size() ? Optional.of(placements) : Optional.empty();
  }

  /** Returns where the condition embedding acts. */
  public static Optional<EmbeddingPosition> embedding(String text) {
    return Arrays.stream(EmbeddingPosition.values())
        .filter(position -> position.text().equals(text))
        .findFirst();
  }

  /** Returns a truth value. */
  public static Optional<Boolean> truth(String text) {
    return text.equals("true") || text.equals("false")
        ? Optional.of(text.equals("true"))
        : Optional.empty();
  }

  /** Returns a number without a needless fraction: 4, 2.5. */
  public static String text(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  /** Returns placements separated by commas, in their order. */
  public static String text(Set<Placement> placements) {
    return placements.stream().sorted().map(Placement::text).collect(Collectors.joining(","));
  }
}
