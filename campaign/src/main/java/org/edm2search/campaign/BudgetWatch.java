package org.edm2search.campaign;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.Spending;
import org.edm2search.campaign.trial.Trial;

/**
 * Whether the budget has room for a further trial. Trials that the strategy was told of count with
 * what they cost, others with their whole price: what is decided does not depend on when they end.
 */
final class BudgetWatch {

  private final Budget budget;
  private final Pricing pricing;
  private final Clock clock;
  private final Instant start;
  private final Duration before;
  private BigInteger spent = BigInteger.ZERO;
  private OptionalDouble best = OptionalDouble.empty();
  private int sinceBest;

  /**
   * Starts to watch.
   *
   * @param before how long earlier runs took
   * @param told finished trials that the strategy was told of
   */
  BudgetWatch(Campaign campaign, Duration before, List<Trial> told) {
    this.budget = campaign.config().budget();
    this.pricing = campaign.pricing();
    this.clock = campaign.clock();
    this.start = clock.instant();
    this.before = before;
    told.forEach(this::told);
  }

  void told(Trial finished) {
    spent = spent.add(finished.spent().total());
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
    return budget
        .time()
        .filter(limit -> ran().compareTo(limit) >= 0)
        .map(limit -> "the time is over (budget.hours: %s)".formatted(limit.toMillis() / 3.6e6));
  }

  /**
   * Returns why a candidate does not fit, if it does not.
   *
   * @param untold trials that the strategy was not told of
   */
  Optional<String> refuses(Candidate candidate, Collection<Trial> untold) {
    if (budget.flops().isEmpty()) {
      return Optional.empty();
    }
    BigInteger limit = budget.flops().get();
    BigInteger price = pricing.whole(candidate.cost()).total();
    BigInteger taken =
        untold.stream()
            .map(trial -> pricing.whole(trial.candidate().cost()).total())
            .reduce(spent, BigInteger::add);
    return taken.add(price).compareTo(limit) <= 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%.4g FLOPs are spent, and the next one's %.4g would exceed the %.4g of budget.flops",
                taken.doubleValue(),
                price.doubleValue(),
                limit.doubleValue()));
  }

  /** Returns what a trial has cost that ended. */
  Spending charge(Trial trial, TrialEnd end, long trainedImages) {
    return end instanceof TrialEnd.Measured
        ? pricing.whole(trial.candidate().cost())
        : pricing.until(trial.candidate().cost(), trainedImages);
  }
}
