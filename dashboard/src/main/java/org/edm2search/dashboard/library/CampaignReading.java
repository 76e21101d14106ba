package org.edm2search.dashboard.library;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.edm2search.campaign.leaderboard.SecondObjective;
import org.edm2search.campaign.report.PlannedTraining;
import org.edm2search.campaign.report.TrainingFlops;
import org.edm2search.campaign.rescore.RescoredReport;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.dashboard.view.CampaignView;
import org.edm2search.dashboard.view.CampaignsView;
import org.edm2search.dashboard.view.ChartView;
import org.edm2search.dashboard.view.Entry;
import org.edm2search.dashboard.view.LeaderboardQuery;
import org.edm2search.dashboard.view.RejectionView;
import org.edm2search.dashboard.view.ScoreTableView;
import org.edm2search.dashboard.view.StandingView;

/** A snapshot as the campaign's views. */
final class CampaignReading {

  /** Candidates refused that a page lists; all are in {@code status --json}. */
  private static final int MOST_REJECTIONS = 200;

  /** Points that a plot shows well. */
  private static final int MOST_POINTS = 1500;

  private final String name;
  private final Snapshot snapshot;
  private final Ranking ranking;
  private final List<RescoredReport> rescored;

  /**
   * Makes a reading.
   *
   * @param name the campaign's directory name
   * @param rescored its tables of scores by other protocols
   */
  CampaignReading(String name, Ranking ranking, List<RescoredReport> rescored) {
    this.name = name;
    this.snapshot = ranking.snapshot();
    this.ranking = ranking;
    this.rescored = rescored;
  }

  CampaignsView.Card card() {
    CampaignView.Best best = best();
    CampaignView.Counts counts = counts();
    return new CampaignsView.Card(
        name,
        snapshot.state().label(),
        counts.finished(),
        counts.total(),
        ranking.scoreName(),
        best.score(),
        best.toSeed(),
        Optional.empty());
  }

  CampaignView view(Instant now, LeaderboardQuery query) {
    return new CampaignView(
        name,
        new CampaignView.Status(
            snapshot.state().label(),
            snapshot.paused(),
            snapshot.note(),
            about(),
            counts(),
            snapshot.recorded().unreadable()),
        best(),
        new CampaignView.Spent(
            TrainingFlops.of(snapshot.recorded(), snapshot.state()),
            secondsSpent(now),
            secondsLeft(now)),
        ranking.page(name, query),
        rescored.stream().map(ScoreTableView::of).toList(),
        charts(),
        refused());
  }

  private CampaignView.Refused refused() {
    return new CampaignView.Refused(
        snapshot.rejections().stream()
            .limit(MOST_REJECTIONS)
            .map(
                rejection ->
                    new RejectionView(
                        ranking.genes().of(rejection.genotype()),
                        rejection.reason(),
                        rejection.count()))
            .toList(),
        snapshot.rejections().size());
  }

  private List<Entry> about() {
    List<Entry> about = new ArrayList<>();
    snapshot
        .campaign()
        .ifPresent(
            record -> {
              if (!record.name().equals(name)) {
                about.add(Entry.of("campaign", record.name()));
              }
              about.add(Entry.of("strategy", record.strategy()));
              about.add(Entry.of("seed", Long.toString(record.seed())));
            });
    return about;
  }

  private CampaignView.Counts counts() {
    return new CampaignView.Counts(
        Math.max(snapshot.plannedTrials(), snapshot.trials().size()),
        count(TrialState.COMPLETE),
        count(TrialState.RUNNING),
        count(TrialState.WAITING),
        count(TrialState.PRUNED),
        count(TrialState.FAILED),
        count(TrialState.EXCLUDED));
  }

  private int count(TrialState state) {
    return (int) snapshot.trials().stream().filter(trial -> trial.state() == state).count();
  }

  private CampaignView.Best best() {
    Optional<Trial> best = ranking.best();
    return new CampaignView.Best(
        best.map(trial -> OptionalInt.of(trial.number())).orElse(OptionalInt.empty()),
        best.map(ranking::score).orElse(OptionalDouble.empty()),
        best.flatMap(ranking::standing),
        ranking.seedScore(),
        best.map(ranking::toSeed).orElse(OptionalDouble.empty()));
  }

  private OptionalDouble secondsSpent(Instant now) {
    double seconds = 0;
    boolean any = false;
    for (Trial trial : snapshot.trials()) {
      if (trial.state().finished() || trial.state() == TrialState.RUNNING && snapshot.running()) {
        seconds += Ranking.seconds(trial, now);
        any = true;
      }
    }
    return any ? OptionalDouble.of(seconds) : OptionalDouble.empty();
  }

  private OptionalDouble secondsLeft(Instant now) {
    if (snapshot
        .campaign()
        .map(PlannedTraining::flops)
        .filter(OptionalDouble::isPresent)
        .isPresent()) {
      return secondsOfTrainingLeft();
    }
    OptionalDouble usual =
        snapshot.trials().stream()
            .filter(trial -> trial.state() == TrialState.COMPLETE)
            .mapToDouble(trial -> Ranking.seconds(trial, now))
            .average();
    if (usual.isEmpty() || !snapshot.running()) {
      return OptionalDouble.empty();
    }
    CampaignView.Counts counts = counts();
    double left = usual.getAsDouble() * (counts.total() - counts.finished());
    for (Trial trial : snapshot.trials()) {
      if (trial.state() == TrialState.RUNNING) {
        left -= Math.min(usual.getAsDouble(), Ranking.seconds(trial, now));
      }
    }
    return OptionalDouble.of(Math.max(0, left) / Math.max(1, counts.running()));
  }

  /** In rungs: what is planned to be trained, at the images a second that running trials report. */
  private OptionalDouble secondsOfTrainingLeft() {
    TrainingFlops training = TrainingFlops.of(snapshot.recorded(), snapshot.state());
    double perSecond = 0;
    int measured = 0;
    int running = 0;
    for (Trial trial : snapshot.trials()) {
      if (trial.state() != TrialState.RUNNING) {
        continue;
      }
      running++;
      Optional<Progress> progress =
          snapshot
              .recorded()
              .progressOf(trial)
              .filter(now -> now.phase() == Phase.TRAINING && now.imagesPerSecond() > 0);
      if (progress.isPresent()) {
        measured++;
        perSecond +=
            trial.candidate().cost().training(1).doubleValue() * progress.get().imagesPerSecond();
      }
    }
    if (!snapshot.running() || measured == 0 || training.budget().isEmpty()) {
      return OptionalDouble.empty();
    }
    double left = training.budget().getAsDouble() - training.spent();
    return OptionalDouble.of(left / (perSecond * running / measured));
  }

  private ChartView charts() {
    List<Trial> ranked = ranking.ranked();
    return new ChartView(
        ranking.rankedByName(),
        ranking.second().label(),
        drawn(ranked).stream().map(this::point).toList(),
        ranked.size(),
        ranking.front());
  }

  /** Leaves out evenly what a plot of very many would bury, but nothing that stands out. */
  private List<Trial> drawn(List<Trial> ranked) {
    if (ranked.size() <= MOST_POINTS) {
      return ranked;
    }
    Set<Integer> front = Set.copyOf(ranking.front());
    List<Trial> drawn = new ArrayList<>();
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < ranked.size(); i++) {
      Trial trial = ranked.get(i);
      double score = ranking.rankedBy(trial);
      boolean everySo =
          (long) (i + 1) * MOST_POINTS / ranked.size() > (long) i * MOST_POINTS / ranked.size();
      if (everySo || score < best || trial.number() == 0 || front.contains(trial.number())) {
        drawn.add(trial);
      }
      best = Math.min(best, score);
    }
    return drawn;
  }

  private ChartView.Point point(Trial trial) {
    StandingView standing = ranking.standing(trial).orElseThrow();
    return new ChartView.Point(
        trial.number(),
        SecondObjective.of(trial, ranking.second()),
        trial.candidate().cost().multiplyAdds(),
        ranking.rankedBy(trial),
        standing.low(),
        standing.high(),
        trial.candidate().cost().parameters(),
        trial.number() == 0);
  }
}
