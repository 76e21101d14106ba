package org.edm2search.campaign;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.edm2search.space.yaml.Section;

/**
 * When a campaign ends: the {@code budget} section, and {@code campaign.trials}. The rule that
 * holds first ends it. All may change between its runs.
 *
 * @param trials most trials, the seed architecture included
 * @param flops most multiply-adds of all trials; a trial that does not fit begins no more
 * @param time how long the campaign may run, all its runs together; trials that run then are ended
 *     in the usual way
 * @param plateau after so many trials in a row without a better score no further one begins
 */
record Budget(
    int trials, Optional<BigInteger> flops, Optional<Duration> time, OptionalInt plateau) {

  private static final int MAX_TRIALS = 100_000;
  private static final double MAX_HOURS = 100_000;
  private static final double MAX_FLOPS = 1e36;
  private static final String TRIALS = "trials";

  /** Reads the section, and rejects unknown keys in it. */
  static Budget read(Section campaign, Optional<Section> section) {
    boolean own = section.isPresent() && section.get().has(TRIALS);
    if (own && campaign.has(TRIALS)) {
      throw section
          .get()
          .error(TRIALS, "cannot be given together with campaign.trials; remove one of them");
    }
    int trials = trials(own ? section.get() : campaign);
    if (section.isEmpty()) {
      return new Budget(trials, Optional.empty(), Optional.empty(), OptionalInt.empty());
    }
    Section budget = section.get();
    Optional<BigInteger> flops =
        budget.has("flops") ? Optional.of(flops(budget)) : Optional.empty();
    Optional<Duration> time = budget.has("hours") ? Optional.of(hours(budget)) : Optional.empty();
    OptionalInt plateau =
        budget.has("plateau") ? OptionalInt.of(plateau(budget)) : OptionalInt.empty();
    budget.rejectUnknown();
    return new Budget(trials, flops, time, plateau);
  }

  private static int trials(Section section) {
    int trials = section.integer(TRIALS);
    if (trials < 1 || trials > MAX_TRIALS) {
      throw section.error(
          TRIALS, "must be between 1 and %d, but is %d".formatted(MAX_TRIALS, trials));
    }
    return trials;
  }

  private static BigInteger flops(Section section) {
    double flops = section.amount("flops");
    if (!(flops >= 1 && flops <= MAX_FLOPS)) {
      throw section.error(
          "flops",
          "must be between 1 and %.0e multiply-adds, but is %s".formatted(MAX_FLOPS, flops));
    }
    return new BigDecimal(flops).toBigInteger();
  }

  private static Duration hours(Section section) {
    double hours = section.number("hours");
    if (!(hours > 0 && hours <= MAX_HOURS)) {
      throw section.error(
          "hours", "must be above 0 and at most %.0f, but is %s".formatted(MAX_HOURS, hours));
    }
    return Duration.ofMillis(Math.round(hours * Duration.ofHours(1).toMillis()));
  }

  private static int plateau(Section section) {
    int plateau = section.integer("plateau");
    if (plateau < 1) {
      throw section.error("plateau", "must be at least 1 trial, but is " + plateau);
    }
    return plateau;
  }
}
