package org.edm2search.campaign.trial;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The numbers a trial ended with.
 *
 * @param score what the search minimizes
 * @param others further values, each name once
 * @param protocol how the score was obtained
 */
public record Measurement(Quantity score, List<Quantity> others, Protocol protocol) {

  public Measurement {
    Objects.requireNonNull(score, "score");
    Objects.requireNonNull(protocol, "protocol");
    others = List.copyOf(others);
    Set<String> names = new HashSet<>(Set.of(score.name()));
    for (Quantity quantity : others) {
      if (!names.add(quantity.name())) {
        throw new IllegalArgumentException(
            "a measurement has each name once, but %s twice".formatted(quantity.name()));
      }
    }
  }

  /** Returns a quantity, the score included. */
  public Optional<Quantity> quantity(String name) {
    return score.name().equals(name)
        ? Optional.of(score)
        : others.stream().filter(quantity -> quantity.name().equals(name)).findFirst();
  }

  /** Returns a quantity's value. */
  public OptionalDouble value(String name) {
    for (Quantity quantity : others) {
      if (quantity.name().equals(name)) {
        return OptionalDouble.of(quantity.value());
      }
    }
    return score.name().equals(name) ? OptionalDouble.of(score.value()) : OptionalDouble.empty();
  }
}
