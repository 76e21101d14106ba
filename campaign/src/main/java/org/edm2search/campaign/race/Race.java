package org.edm2search.campaign.race;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.edm2search.campaign.Pricing;
import org.edm2search.campaign.Repeats;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.trial.Trial;

/**
 * Sequential halving over training seeds (Karnin, Koren and Somekh 2013): all contenders are
 * trained once again, the better half twice, the better half of those four times. The last two go
 * on side by side, and one that was dropped comes back if the others disappoint. After every round
 * the score model is asked how probable it is that a contender is the best of the whole campaign;
 * the race ends when that is as high as asked, or at a limit.
 *
 * <p>Who trains next follows from the trials alone, so a race that was killed goes on where it was,
 * and the number of workers changes nothing: a round is planned when the one before has ended.
 */
public final class Race implements Repeats {

  private static final int MOST_RUNS_OF_A_ROUND = 4;

  private final RaceStart start;
  private final RaceLimits limits;
  private final Pricing pricing;
  private final Clock clock;
  private final Instant began;

  /** Probabilities of being the best after the trials below a number, by contender. */
  private final Map<Integer, Map<Integer, Double>> known = new HashMap<>();

  private String note = "";

  /**
   * Begins a race, or goes on with it.
   *
   * @param pricing what a training costs
   */
  public Race(RaceStart start, RaceLimits limits, Pricing pricing, Clock clock) {
    this.start = start;
    this.limits = limits;
    this.pricing = pricing;
    this.clock = clock;
    this.began = clock.instant();
  }

  /** Returns why it planned nothing when it was asked last, in words; empty if it did. */
  public String note() {
    return note;
  }

  /** Returns the trainings of the race so far, by number. */
  public List<Trial> runs(List<Trial> trials) {
    return trials.stream()
        .filter(trial -> trial.number() >= start.firstRun())
        .filter(trial -> trial.repeatOf().filter(start.contenders()::contains).isPresent())
        .toList();
  }

  @Override
  public Optional<Trial> next(List<Trial> trials) {
    List<Trial> runs = runs(trials);
    Optional<Trial> next = planned(trials, runs);
    Optional<String> limit = next.flatMap(trial -> limit(trial, runs));
    limit.ifPresent(reason -> note = reason);
    return limit.isPresent() ? Optional.empty() : next;
  }

  /** Plays the rounds so far again, and returns what the present one lacks. */
  private Optional<Trial> planned(List<Trial> trials, List<Trial> runs) {
    note = "";
    List<Integer> racing = start.contenders();
    Map<Integer, Integer> due = new TreeMap<>();
    for (int each = 1; ; each = Math.min(2 * each, MOST_RUNS_OF_A_ROUND)) {
      for (int once = racing.size() <= 2 ? 1 : each; once > 0; once--) {
        for (int contender : racing) {
          int number = due.merge(contender, 1, Integer::sum);
          if (of(contender, runs).size() < number) {
            return trials.stream().filter(trial -> trial.number() == contender).findFirst();
          }
        }
      }
      int end = end(due, runs);
      if (runs.stream().anyMatch(run -> run.number() < end && !run.state().finished())) {
        return Optional.empty(); // the round goes on
      }
      Map<Integer, Double> best = best(end, trials);
      int leader = leader(best);
      double sureness = Objects.requireNonNull(best.get(leader));
      if (sureness >= limits.confidence()) {
        note =
            String.format(
                Locale.ROOT,
                "trial %d is the best with a probability of %.1f %%, as asked for (%.1f %%)",
                leader,
                100 * sureness,
                100 * limits.confidence());
        return Optional.empty();
      }
      racing = likeliest(best, racing.size());
    }
  }

  private static List<Trial> of(int contender, List<Trial> runs) {
    return runs.stream().filter(run -> run.repeats(contender)).toList();
  }

  /** Returns the number after the last of these trainings. */
  private static int end(Map<Integer, Integer> due, List<Trial> runs) {
    int last = 0;
    for (Map.Entry<Integer, Integer> of : due.entrySet()) {
      last = Math.max(last, of(of.getKey(), runs).get(of.getValue() - 1).number());
    }
    return last + 1;
  }

  private Map<Integer, Double> best(int end, List<Trial> trials) {
    return known.computeIfAbsent(
        end,
        key ->
            probabilities(
                Leaderboard.of(trials.stream().filter(trial -> trial.number() < end).toList())));
  }

  private Map<Integer, Double> probabilities(Leaderboard leaderboard) {
    Map<Integer, Double> best = new TreeMap<>();
    for (int contender : start.contenders()) {
      best.put(contender, leaderboard.row(contender).map(row -> row.standing().best()).orElse(0.0));
    }
    return best;
  }

  private static int leader(Map<Integer, Double> best) {
    return likeliest(best, 1).get(0);
  }

  /** Returns the better half, at least two: of two, the two that are likeliest now of all. */
  private static List<Integer> likeliest(Map<Integer, Double> best, int racing) {
    int kept = racing == 1 ? 1 : Math.max(2, (racing + 1) / 2);
    return best.entrySet().stream()
        .sorted(
            Map.Entry.<Integer, Double>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(kept)
        .map(Map.Entry::getKey)
        .toList();
  }

  private Optional<String> limit(Trial next, List<Trial> runs) {
    if (runs.size() >= limits.runs()) {
      return Optional.of("%d trainings were asked for (--runs)".formatted(limits.runs()));
    }
    if (limits.time().isPresent()
        && Duration.between(began, clock.instant()).compareTo(limits.time().get()) >= 0) {
      return Optional.of("the time is over (--hours)");
    }
    BigInteger price = pricing.whole(next.candidate().cost()).total();
    BigInteger with = cost(runs).add(price);
    return limits
        .flops()
        .filter(most -> with.compareTo(most) > 0)
        .map(
            most ->
                String.format(
                    Locale.ROOT,
                    "one more training would cost %.4g FLOPs and exceed %.4g (--flops)",
                    price.doubleValue(),
                    most.doubleValue()));
  }

  /** Trainings that have not ended count with their whole price. */
  private BigInteger cost(List<Trial> runs) {
    List<BigInteger> costs = new ArrayList<>();
    for (Trial run : runs) {
      costs.add(
          run.state().finished()
              ? run.spent().total()
              : pricing.whole(run.candidate().cost()).total());
    }
    return costs.stream().reduce(BigInteger.ZERO, BigInteger::add);
  }
}
