package org.edm2search.dashboard.library;

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
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.leaderboard.ParetoFront;
import org.edm2search.campaign.leaderboard.SecondObjective;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.campaign.statistics.Standing;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.RecordedGenotype;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.dashboard.view.LeaderboardQuery;
import org.edm2search.dashboard.view.LeaderboardView;
import org.edm2search.dashboard.view.StandingView;
import org.edm2search.space.cost.Expense;

/** The trials of a snapshot ranked and compared with the seed architecture. */
final class Ranking {

  private static final String OTHER_PROTOCOL =
      "scored under another protocol, so not ranked with the others";

  private final Snapshot snapshot;
  private final List<Trial> complete;
  private final Expense second;
  private final Optional<Leaderboard.Table> table;
  private final Leaderboard board;
  private final Map<Integer, Leaderboard.Row> ranks;
  private final List<Integer> frontInOrder;
  private final Set<Integer> front;
  private final Optional<Trial> seed;
  private final Genes genes;

  /**
   * Ranks a snapshot's trials.
   *
   * @param before an earlier ranking, whose scores stand as long as no other trial is complete
   */
  Ranking(Snapshot snapshot, Optional<Ranking> before) {
    this.snapshot = snapshot;
    second = SecondObjective.of(snapshot.campaign());
    complete =
        snapshot.trials().stream().filter(trial -> trial.state() == TrialState.COMPLETE).toList();
    Optional<Ranking> same = before.filter(this::ranksTheSame);
    board =
        same.map(ranking -> ranking.board)
            .orElseGet(() -> Leaderboard.of(snapshot.trials(), second));
    table = board.tables().stream().findFirst();
    ranks = same.map(ranking -> ranking.ranks).orElseGet(() -> byTrial(table));
    frontInOrder =
        same.map(ranking -> ranking.frontInOrder)
            .orElseGet(
                () ->
                    table.map(ParetoFront::of).orElse(List.of()).stream()
                        .map(Trial::number)
                        .toList());
    front = Set.copyOf(frontInOrder);
    seed = snapshot.trials().stream().findFirst();
    genes =
        new Genes(seed.map(trial -> trial.candidate().genotype()).orElse(RecordedGenotype.NONE));
  }

  private static Map<Integer, Leaderboard.Row> byTrial(Optional<Leaderboard.Table> table) {
    Map<Integer, Leaderboard.Row> ranks = new HashMap<>();
    table.ifPresent(t -> t.rows().forEach(row -> ranks.put(row.trial().number(), row)));
    return ranks;
  }

  /** Trials that did not change are the same objects. */
  @SuppressWarnings("ReferenceEquality")
  private boolean ranksTheSame(Ranking before) {
    if (!before.second.equals(second) || before.complete.size() != complete.size()) {
      return false;
    }
    for (int i = 0; i < complete.size(); i++) {
      if (before.complete.get(i) != complete.get(i)) {
        return false;
      }
    }
    return true;
  }

  Snapshot snapshot() {
    return snapshot;
  }

  Leaderboard board() {
    return board;
  }

  /** Returns the name of the score, as far as known. */
  String scoreName() {
    return table.map(Leaderboard.Table::scoreName).orElse("Score");
  }

  Optional<Trial> best() {
    return table.map(t -> t.rows().get(0).trial());
  }

  OptionalDouble seedScore() {
    return seed.map(this::score).orElse(OptionalDouble.empty());
  }

  /** Returns the mean of its trainings for a ranked trial, and its own score for another. */
  OptionalDouble score(Trial trial) {
    Leaderboard.Row row = ranks.get(trial.number());
    return row == null ? trial.score() : OptionalDouble.of(row.score());
  }

  /** Returns what a ranked trial is ranked by. */
  double rankedBy(Trial trial) {
    return Objects.requireNonNull(ranks.get(trial.number()), "ranked").rankedBy();
  }

  /** Returns the name of what trials are ranked by. */
  String rankedByName() {
    boolean typical = table.filter(Leaderboard.Table::trainedAgain).isPresent();
    return typical ? "typical " + scoreName() : scoreName();
  }

  /** Returns the ranked trials, by number. */
  List<Trial> ranked() {
    return snapshot.trials().stream().filter(trial -> ranks.containsKey(trial.number())).toList();
  }

  /** Returns what the campaign weighs against the score. */
  Expense second() {
    return second;
  }

  /** Returns the trials on the Pareto front, cheapest first. */
  List<Integer> front() {
    return frontInOrder;
  }

  Genes genes() {
    return genes;
  }

  /** Returns a page of the trials. */
  LeaderboardView page(String campaign, LeaderboardQuery query) {
    List<Trial> trials = new ArrayList<>(snapshot.trials());
    if (!query.state().equals(LeaderboardQuery.FIRST.state())) {
      trials.removeIf(trial -> !trial.state().name().equalsIgnoreCase(query.state()));
    }
    trials.sort(order(query.sort()));
    return new LeaderboardView(
        campaign,
        scoreName(),
        query,
        trials.size(),
        trials.stream().skip(query.offset()).limit(query.limit()).map(this::row).toList());
  }

  private Comparator<Trial> order(LeaderboardQuery.Sort sort) {
    Comparator<Trial> order =
        switch (sort) {
          // Running first, then ranked, then the others by number.
          case RANK ->
              Comparator.comparing((Trial trial) -> group(trial))
                  .thenComparing(trial -> rank(trial).orElse(0));
          case TRIAL -> Comparator.comparing(Trial::number);
          case FLOPS ->
              Comparator.comparing((Trial trial) -> trial.candidate().cost().multiplyAdds());
          case PARAMETERS ->
              Comparator.comparing((Trial trial) -> trial.candidate().cost().parameters());
        };
    return order.thenComparing(Trial::number);
  }

  private int group(Trial trial) {
    if (ranks.containsKey(trial.number())) {
      return 1;
    }
    return switch (trial.state()) {
      case RUNNING -> 0;
      case COMPLETE -> 2;
      case PRUNED, FAILED, EXCLUDED -> 3;
      case WAITING -> 4;
    };
  }

  LeaderboardView.Row row(Trial trial) {
    boolean ranked = ranks.containsKey(trial.number());
    Optional<Progress> progress = snapshot.progressOf(trial);
    return new LeaderboardView.Row(
        trial.number(),
        new LeaderboardView.Score(
            score(trial),
            trainings(trial),
            rank(trial),
            nearBest(trial),
            standing(trial),
            toSeed(trial)),
        size(trial),
        front.contains(trial.number()),
        genes.of(trial.candidate().genotype()),
        new LeaderboardView.Status(
            snapshot.state(trial),
            progress.map(Ranking::fraction).orElse(OptionalDouble.empty()),
            progress.map(Ranking::activity).orElse(""),
            trial.repeatOf().map(OptionalInt::of).orElse(OptionalInt.empty()),
            reason(trial, ranked)));
  }

  private LeaderboardView.Size size(Trial trial) {
    long multiplyAdds = trial.candidate().cost().multiplyAdds();
    return new LeaderboardView.Size(
        multiplyAdds,
        seed.filter(s -> s.candidate().cost().multiplyAdds() > 0)
            .map(
                s -> OptionalDouble.of((double) multiplyAdds / s.candidate().cost().multiplyAdds()))
            .orElse(OptionalDouble.empty()),
        trial.candidate().cost().parameters());
  }

  private int trainings(Trial trial) {
    Leaderboard.Row row = ranks.get(trial.number());
    return row == null ? 0 : row.runs().size();
  }

  private OptionalInt rank(Trial trial) {
    Leaderboard.Row row = ranks.get(trial.number());
    return row == null ? OptionalInt.empty() : OptionalInt.of(row.rank());
  }

  private boolean nearBest(Trial trial) {
    Leaderboard.Row row = ranks.get(trial.number());
    return row != null && row.nearBest();
  }

  /** Returns what the scores say about a ranked trial's architecture. */
  Optional<StandingView> standing(Trial trial) {
    boolean comparable = seedStanding().isPresent() && trial.number() != 0;
    return Optional.ofNullable(ranks.get(trial.number()))
        .map(Leaderboard.Row::standing)
        .map(
            s ->
                new StandingView(
                    s.typical(),
                    s.againLow(),
                    s.againHigh(),
                    s.best(),
                    comparable
                        ? OptionalDouble.of(s.betterThanReference())
                        : OptionalDouble.empty()));
  }

  private Optional<Standing> seedStanding() {
    return seed.map(trial -> ranks.get(trial.number())).map(Leaderboard.Row::standing);
  }

  /** Returns a ranked trial's typical score divided by the seed architecture's. */
  OptionalDouble toSeed(Trial trial) {
    Leaderboard.Row row = ranks.get(trial.number());
    Optional<Standing> base = seedStanding().filter(s -> s.typical() > 0);
    return row == null || base.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(row.standing().typical() / base.get().typical());
  }

  private static Optional<String> reason(Trial trial, boolean ranked) {
    if (!trial.reason().isEmpty()) {
      return Optional.of(trial.reason());
    }
    if (trial.repeatOf().isPresent()) {
      return Optional.of("trial %d again, with another seed".formatted(trial.repeatOf().get()));
    }
    return trial.measurement().isPresent() && !ranked
        ? Optional.of(OTHER_PROTOCOL)
        : Optional.empty();
  }

  private static OptionalDouble fraction(Progress progress) {
    return progress.total() > 0
        ? OptionalDouble.of(Math.max(0, Math.min(1, (double) progress.done() / progress.total())))
        : OptionalDouble.of(0);
  }

  private static String activity(Progress progress) {
    String phase = progress.phase().name().toLowerCase(Locale.ROOT);
    return progress.imagesPerSecond() > 0 && progress.phase() != Phase.SCORING
        ? phase + " · " + Amounts.count(progress.imagesPerSecond()) + " img/s"
        : phase;
  }

  /** Returns the seconds from a trial's last start to its end, or to now. */
  static double seconds(Trial trial, Instant now) {
    return trial
        .startedAt()
        .map(start -> Duration.between(start, trial.finishedAt().orElse(now)).toMillis() / 1e3)
        .orElse(0.0);
  }
}
