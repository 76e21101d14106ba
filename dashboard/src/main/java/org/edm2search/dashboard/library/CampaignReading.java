package org.edm2search.dashboard.library;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.edm2search.campaign.leaderboard.SecondObjective;
import org.edm2search.campaign.report.TrainingFlops;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.dashboard.view.CampaignView;
import org.edm2search.dashboard.view.CampaignsView;
import org.edm2search.dashboard.view.ChartView;
import org.edm2search.dashboard.view.Entry;
import org.edm2search.dashboard.view.LeaderboardView;
import org.edm2search.dashboard.view.RejectionView;

/** A snapshot as the campaign's views. */
final class CampaignReading {

  private final String name;
  private final Snapshot snapshot;
  private final Ranking ranking;

  /**
   * Makes a reading.
   *
   * @param name the campaign's directory name
   */
  CampaignReading(String name, Snapshot snapshot) {
    this.name = name;
    this.snapshot = snapshot;
    this.ranking = new Ranking(snapshot);
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

  CampaignView view(Instant now) {
    return new CampaignView(
        name,
        snapshot.state().label(),
        snapshot.note(),
        about(),
        ranking.scoreName(),
        counts(),
        best(),
        TrainingFlops.of(snapshot.recorded(), snapshot.state()),
        secondsSpent(now),
        secondsLeft(now),
        new LeaderboardView(name, ranking.scoreName(), ranking.rows()),
        charts(),
        snapshot.rejections().stream()
            .map(
                rejection ->
                    new RejectionView(
                        ranking.genes().of(rejection.genotype()),
                        rejection.reason(),
                        rejection.count()))
            .toList());
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
        best.map(Trial::score).orElse(OptionalDouble.empty()),
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

  private ChartView charts() {
    return new ChartView(
        ranking.scoreName(),
        ranking.second().label(),
        ranking.ranked().stream()
            .map(
                trial ->
                    new ChartView.Point(
                        trial.number(),
                        SecondObjective.of(trial, ranking.second()),
                        trial.candidate().cost().multiplyAdds(),
                        ranking.score(trial).orElseThrow(),
                        ranking.standing(trial).orElseThrow(),
                        trial.candidate().cost().parameters(),
                        trial.number() == 0))
            .toList(),
        ranking.front());
  }
}
