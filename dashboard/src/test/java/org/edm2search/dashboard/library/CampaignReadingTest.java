package org.edm2search.dashboard.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.edm2search.campaign.journal.CampaignSnapshot;
import org.edm2search.campaign.journal.JournalReader;
import org.edm2search.campaign.journal.JournaledStore;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.store.InMemoryStore;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Protocol;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.RecordedGenotype;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.dashboard.view.CampaignView;
import org.edm2search.dashboard.view.LeaderboardQuery;
import org.edm2search.dashboard.view.LeaderboardView;
import org.edm2search.dashboard.view.StandingView;
import org.edm2search.space.LossPoint;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.cost.Cost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CampaignReadingTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Provenance ORIGIN = Provenance.of(Map.of(), Map.of(), "");

  private final List<Trial> trials = new ArrayList<>();
  private List<Progress> progress = List.of();
  private boolean running = true;
  private String note = "";
  private String config = "";

  private Trial started(String genotype, long multiplyAdds) {
    Candidate candidate =
        new Candidate(
            new RecordedGenotype(genotype),
            "id" + trials.size(),
            Presets.of("G*"),
            new Cost(1000, multiplyAdds));
    Trial trial =
        Trial.waiting(trials.size(), candidate, START)
            .started(START.plusSeconds(60L * trials.size()));
    trials.add(trial);
    return trial;
  }

  private void complete(String genotype, long multiplyAdds, double score, String protocol) {
    complete(started(genotype, multiplyAdds), score, protocol);
  }

  private void repeat(int first, double score) {
    Trial again =
        Trial.repeat(trials.size(), trials.get(first), START)
            .started(START.plusSeconds(60L * trials.size()));
    trials.add(again);
    complete(again, score, "p");
  }

  private void complete(Trial trial, double score, String protocol) {
    trials.set(
        trial.number(),
        trial.complete(
            new Measurement(
                new Quantity("FD", score, ""),
                List.of(
                    new Quantity(Quantity.TRAINING_FLOPS, 1e9, "multiply-adds"),
                    new Quantity(Quantity.SCORE_DEVIATION, 1, "")),
                new Protocol(protocol, protocol)),
            ORIGIN,
            trial.startedAt().orElseThrow().plusSeconds(50)));
  }

  private CampaignView view(int planned, Map<Integer, Long> images) {
    Snapshot snapshot =
        new Snapshot(
            new CampaignSnapshot(
                1,
                Optional.of(
                    new CampaignRecord(
                        "name", "random", 3, planned, config, "digest", START, note)),
                trials,
                List.of(),
                progress,
                List.of(),
                images,
                0),
            running,
            false);
    return new CampaignReading("directory", new Ranking(snapshot, Optional.empty()), List.of())
        .view(START.plusSeconds(200), LeaderboardQuery.FIRST);
  }

  private static List<Integer> order(CampaignView view) {
    return view.leaderboard().rows().stream().map(LeaderboardView.Row::trial).toList();
  }

  @Test
  void theBestIsToldByTheMeanOfItsTrainings() {
    complete("kernel@enc=3", 100, 20, "p");
    complete("kernel@enc=5", 150, 10, "p");
    repeat(1, 11);
    repeat(1, 12);
    CampaignView view = view(4, Map.of());
    assertThat(view.best().trial()).hasValue(1);
    assertThat(view.best().score()).hasValue(11);
    LeaderboardView.Score first = view.leaderboard().rows().get(0).score();
    assertThat(first.value()).hasValue(11);
    assertThat(first.trainings()).isEqualTo(3);
  }

  @Test
  void trialsAreRankedAndComparedWithTheSeed() {
    complete("kernel@enc=3", 100, 20, "p");
    complete("kernel@enc=5", 150, 15, "p");
    complete("kernel@enc=7", 200, 18, "p");

    CampaignView view = view(4, Map.of());

    assertThat(order(view)).containsExactly(1, 2, 0);
    LeaderboardView.Row best = view.leaderboard().rows().get(0);
    assertThat(best.score().rank()).hasValue(1);
    // One training each tells little: all may be equal.
    assertThat(view.leaderboard().rows().stream().map(row -> row.score().nearBest()))
        .containsExactly(true, true, true);
    assertThat(view.leaderboard().rows().stream().map(row -> row.score().uncertain()))
        .containsExactly(false, true, true);
    StandingView standing = best.score().standing().orElseThrow();
    assertThat(standing.low()).isLessThan(15);
    assertThat(standing.high()).isGreaterThan(18);
    assertThat(standing.best()).isBetween(0.4, 0.9);
    assertThat(standing.betterThanSeed().orElseThrow()).isBetween(0.7, 0.95);
    assertThat(standing.better()).isFalse();
    // Typical scores are drawn together: less than the 15 / 20 of one training each.
    assertThat(best.score().toSeed().orElseThrow()).isBetween(0.76, 0.98);
    assertThat(best.size().toSeed()).hasValue(1.5);
    assertThat(best.changedGenes()).hasSize(1);
    assertThat(best.genes().get(0).name()).isEqualTo("kernel enc");
    assertThat(view.charts().front()).containsExactly(0, 1);
    assertThat(view.best().toSeed()).isEqualTo(best.score().toSeed());
  }

  @Test
  void scoresOfAnotherProtocolAreShownButNotRanked() {
    complete("k=3", 100, 20, "p");
    complete("k=5", 100, 1, "another");

    CampaignView view = view(4, Map.of());

    assertThat(order(view)).containsExactly(0, 1);
    LeaderboardView.Row other = view.leaderboard().rows().get(1);
    assertThat(other.score().rank()).isEmpty();
    assertThat(other.score().toSeed()).isEmpty();
    assertThat(other.status().reason())
        .hasValueSatisfying(r -> assertThat(r).contains("another protocol"));
    assertThat(view.charts().points()).hasSize(1);
    assertThat(view.best().trial()).hasValue(0);
  }

  @Test
  void theRunningTrialComesFirstWithItsProgress() {
    complete("k=3", 100, 20, "p");
    Trial now = started("k=5", 100);
    progress =
        List.of(
            new Progress(
                1,
                Phase.SAMPLING,
                1,
                4,
                OptionalDouble.empty(),
                12,
                now.startedAt().orElseThrow()));

    CampaignView view = view(4, Map.of());

    assertThat(order(view)).containsExactly(1, 0);
    assertThat(view.leaderboard().rows().get(0).status().progress()).hasValue(0.25);
    assertThat(view.leaderboard().rows().get(0).status().activity())
        .isEqualTo("sampling · 12 img/s");
    // 50 s a trial, three to go, all of one trial's usual time already spent on the running one.
    assertThat(view.spent().secondsLeft()).hasValue(100);
    assertThat(view.status().state()).isEqualTo("running");
  }

  @Test
  void trialsSideBySideEachShowTheirProgressAndShareTheTimeLeft() {
    complete("k=3", 100, 20, "p");
    Trial first = started("k=5", 100);
    Trial second = started("k=7", 100);
    progress =
        List.of(
            new Progress(
                1,
                Phase.TRAINING,
                1,
                4,
                OptionalDouble.of(0.5),
                12,
                first.startedAt().orElseThrow()),
            new Progress(
                2,
                Phase.TRAINING,
                3,
                4,
                OptionalDouble.of(0.5),
                12,
                second.startedAt().orElseThrow()));

    CampaignView view = view(7, Map.of());

    assertThat(order(view)).containsExactly(1, 2, 0);
    assertThat(view.leaderboard().rows().get(0).status().progress()).hasValue(0.25);
    assertThat(view.leaderboard().rows().get(1).status().progress()).hasValue(0.75);
    assertThat(view.status().counts().running()).isEqualTo(2);
    // 50 s a trial, six to go, all of its usual time spent on each of the two that run.
    assertThat(view.spent().secondsLeft()).hasValue(100);
  }

  @Test
  void withRungsTheTimeLeftIsThatOfThePlannedTraining() {
    config =
        """
        search: {strategy: random}
        fidelity: {rungs: 2, factor: 3, width: 6}
        training: {flops: 9.0e6}
        """;
    Trial now = started("k=3", 100);
    started("k=5", 100);
    progress =
        List.of(
            new Progress(
                0,
                Phase.TRAINING,
                1000,
                30_000,
                OptionalDouble.of(0.5),
                20,
                now.startedAt().orElseThrow()));

    // Six trainings to a third and two from there to the end are 10/3 of 9e6; of them 300 an image,
    // 1,000 images, are spent. Two trials run, and the one that was heard of does 6,000 a second.
    assertThat(view(6, Map.of()).spent().secondsLeft().orElseThrow())
        .isCloseTo((3e7 - 3e5) / 12_000, within(1e-6));

    progress = List.of();
    assertThat(view(6, Map.of()).spent().secondsLeft()).isEmpty();
  }

  @Test
  void progressOfAnEarlierAttemptIsNotShown() {
    started("k=3", 100);
    progress =
        List.of(
            new Progress(
                0, Phase.TRAINING, 3, 4, OptionalDouble.empty(), 12, START.minusSeconds(5)));

    assertThat(view(4, Map.of()).leaderboard().rows().get(0).status().progress()).isEmpty();
  }

  @Test
  void aTrialThatNobodyRunsIsInterrupted() {
    complete("k=3", 100, 20, "p");
    started("k=5", 100);
    running = false;

    CampaignView view = view(4, Map.of());

    assertThat(view.status().state()).isEqualTo("stopped");
    assertThat(view.leaderboard().rows().get(0).status().state()).isEqualTo("interrupted");
    assertThat(view.spent().secondsLeft()).isEmpty();
    assertThat(view.spent().seconds()).hasValue(50);
  }

  @Test
  void aCampaignIsCompleteWhenPlannedTrialsEndedOrNoneAreLeft() {
    complete("k=3", 100, 20, "p");
    running = false;
    assertThat(view(1, Map.of()).status().state()).isEqualTo("finished");
    assertThat(view(2, Map.of()).status().state()).isEqualTo("stopped");
    note = "the space has no further candidate";
    assertThat(view(2, Map.of()).status().state()).isEqualTo("finished");
  }

  @Test
  void trainingOfFailedTrialsCounts() {
    complete("k=3", 100, 20, "p");
    Trial failed = started("k=5", 200);
    trials.set(1, failed.failed("NaN", ORIGIN, START.plusSeconds(70)));

    CampaignView view = view(4, Map.of(1, 1000L));

    assertThat(view.spent().trainingFlops().spent()).isEqualTo(1e9 + 3 * 200 * 1000);
    assertThat(view.spent().trainingFlops().budget()).hasValue(4e9);
    assertThat(view.status().counts().failed()).isEqualTo(1);
  }

  /** Before, training counted up to the last point of the loss curve once a trial was scored. */
  @Test
  void theFlopsSpentDoNotRunBackwardsWhileATrialIsScored(@TempDir Path folder) {
    Trial running = started("k=3", 100);
    Instant now = running.startedAt().orElseThrow();
    Path file = folder.resolve("journal.jsonl");
    // A journal takes news at once only if a second has passed since the last.
    Iterator<Instant> seconds = Stream.iterate(now, last -> last.plusSeconds(2)).iterator();
    InstantSource source = seconds::next;
    try (JournaledStore store =
        JournaledStore.of(new InMemoryStore(), file, source.withZone(ZoneOffset.UTC))) {
      store.create(Trial.waiting(0, running.candidate(), running.createdAt()), List.of(), "{}");
      store.start(running);
      List<Double> spent = new ArrayList<>();
      try (JournalReader reader = JournalReader.open(file)) {
        store.record(0, new LossPoint(64, 0.5));
        for (long done : new long[] {64, 90, 120}) {
          store.report(progress(Phase.TRAINING, done, 120, now));
          spent.add(spent(reader));
        }
        store.report(progress(Phase.SAMPLING, 1, 9, now));
        spent.add(spent(reader));
      }
      assertThat(spent).containsExactly(19_200.0, 27_000.0, 36_000.0, 36_000.0);
    }
  }

  private static Progress progress(Phase phase, long done, long total, Instant at) {
    return new Progress(0, phase, done, total, OptionalDouble.empty(), 12, at);
  }

  private static double spent(JournalReader reader) {
    reader.refresh();
    return new CampaignReading(
            "directory",
            new Ranking(new Snapshot(reader.snapshot(), true, false), Optional.empty()),
            List.of())
        .view(START, LeaderboardQuery.FIRST)
        .spent()
        .trainingFlops()
        .spent();
  }

  /** Before, a campaign whose trials were lowered showed 7 of 6 and had spent 117 %. */
  @Test
  void moreTrialsThanPlannedAreAllOfTheTrials() {
    for (int i = 0; i < 7; i++) {
      complete("k=" + i, 100, 20 + i, "p");
    }
    running = false;
    CampaignView view = view(6, Map.of());
    assertThat(view.status().counts().total()).isEqualTo(7);
    assertThat(view.status().counts().finished()).isEqualTo(7);
    assertThat(view.spent().trainingFlops().budget())
        .hasValue(view.spent().trainingFlops().spent());
  }

  @Test
  void anExcludedTrialIsFinishedAndTakesNoTime() {
    complete("k=3", 100, 20, "p");
    Trial crashing = started("k=5", 100);
    trials.set(1, crashing.excluded("SIGSEGV", START.plusSeconds(999)));
    CampaignView view = view(2, Map.of());
    assertThat(view.status().counts().excluded()).isEqualTo(1);
    assertThat(view.status().counts().finished()).isEqualTo(2);
    assertThat(view.spent().seconds()).hasValue(50);
    assertThat(view.leaderboard().rows().get(1).status().state()).isEqualTo("excluded");
    assertThat(view.leaderboard().rows().get(1).status().reason()).hasValue("SIGSEGV");
  }

  @Test
  void aCampaignWithoutTrialsIsEmptyNotBroken() {
    running = false;
    CampaignView view = view(4, Map.of());

    assertThat(view.status().state()).isEqualTo("stopped");
    assertThat(view.leaderboard().rows()).isEmpty();
    assertThat(view.best().score()).isEmpty();
    assertThat(view.leaderboard().scoreName()).isEqualTo("Score");
  }
}
