package org.edm2search.campaign;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.Trial;

/**
 * Whether the budget has room for a further trial. Trials that the strategy was told of count with
 * what they cost, others with their whole price: what is decided does not depend on when they end.
 */
final class BudgetMonitor {

  private final Budget budget;
  private final Pricing pricing;
  private final Clock clock;
  private final Instant start;
  private final Duration before;
  private final Map<Integer, BigInteger> counted = new HashMap<>();
  private BigInteger spent = BigInteger.ZERO;
  private BigInteger dearest = BigInteger.ZERO;
  private OptionalDouble best = OptionalDouble.empty();
  private int sinceBest;

  /**
   * Starts to watch.
   *
   * @param before how long earlier runs took
   */
  BudgetMonitor(Campaign campaign, Duration before) {
    this.budget = campaign.config().budget();
    this.pricing = campaign.pricing();
    this.clock = campaign.clock();
    this.start = clock.instant();
    this.before = before;
  }

  /** Takes in what a trial has cost in all so far. */
  void count(int trial, BigInteger inAll) {
    BigInteger earlier = counted.put(trial, inAll);
    spent = spent.add(inAll).subtract(earlier == null ? BigInteger.ZERO : earlier);
  }

  /** Takes in a trial that was told of, other than one that was pruned. */
  void told(Trial finished) {
    count(finished.number(), finished.spent().total());
    dearest = dearest.max(price(finished.candidate()));
    if (finished.repeatOf().isPresent()) {
      return;
    }
    boolean better =
        finished.score().isPresent()
            && (best.isEmpty() || finished.score().getAsDouble() < best.getAsDouble());
    sinceBest = better ? 0 : sinceBest + 1;
    best = better ? finished.score() : best;
  }

  /** Returns how long all runs took, nothing where the budget does not ask. */
  Duration ran() {
    return budget.time().isPresent()
        ? before.plus(Duration.between(start, clock.instant()))
        : Duration.ZERO;
  }

  /** Returns why no further trial is proposed, whatever it costs. */
  Optional<String> over() {
    if (budget.plateau().isPresent() && sinceBest >= budget.plateau().getAsInt()) {
      return Optional.of(
          "the last %d did not better the score (budget.plateau)".formatted(sinceBest));
    }
    return timeOver();
  }

  /** Returns that the time is over, if it is. */
  Optional<String> timeOver() {
    return budget
        .time()
        .filter(limit -> ran().compareTo(limit) >= 0)
        .map(limit -> "the time is over (budget.hours: %s)".formatted(limit.toMillis() / 3.6e6));
  }

  /** Returns whether the budget has a limit in FLOPs at all. */
  boolean limited() {
    return budget.flops().isPresent();
  }

  /**
   * Returns why a candidate does not fit, if it does not.
   *
   * @param untold trials that the strategy was not told of
   * @param repeats trainings that are kept room for, each at the price of the dearest candidate
   */
  Optional<String> refuses(Candidate candidate, Collection<Trial> untold, int repeats) {
    BigInteger price = price(candidate);
    BigInteger most = dearest.max(price);
    BigInteger committed = BigInteger.ZERO;
    for (Trial trial : untold) {
      most = most.max(price(trial.candidate()));
      committed = committed.add(price(trial.candidate()));
    }
    return refuses(price, committed, most, repeats);
  }

  /**
   * Returns why something does not fit, if it does not.
   *
   * @param price what it costs
   * @param committed what else will be spent
   * @param most what the dearest candidate costs
   * @param repeats trainings that are kept room for, each at that price
   */
  Optional<String> refuses(BigInteger price, BigInteger committed, BigInteger most, int repeats) {
    if (budget.flops().isEmpty()) {
      return Optional.empty();
    }
    BigInteger limit = budget.flops().get();
    BigInteger taken = spent.add(committed);
    BigInteger kept = most.multiply(BigInteger.valueOf(repeats));
    return taken.add(price).add(kept).compareTo(limit) <= 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%.4g FLOPs are spent%s, and the next one's %.4g would exceed the %.4g of budget.flops",
                taken.doubleValue(),
                repeats == 0
                    ? ""
                    : String.format(Locale.ROOT, " and %.4g kept to confirm", kept.doubleValue()),
                price.doubleValue(),
                limit.doubleValue()));
  }

  private BigInteger price(Candidate candidate) {
    return pricing.whole(candidate.cost()).total();
  }
}
