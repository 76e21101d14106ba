package org.edm2search.campaign.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.edm2search.campaign.Campaign;
import org.edm2search.campaign.CampaignConfig;
import org.edm2search.campaign.CampaignListener;
import org.edm2search.campaign.CampaignResult;
import org.edm2search.campaign.Examples;
import org.edm2search.campaign.InProcessExecutor;
import org.edm2search.campaign.Objective;
import org.edm2search.campaign.TrialProgress;
import org.edm2search.campaign.TrialRequest;
import org.edm2search.campaign.TrialStoppedException;
import org.edm2search.campaign.journal.JournalReader;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.report.CampaignReport;
import org.edm2search.campaign.report.CampaignState;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.InvalidConfigException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The best few are trained again until it is clear which is best. */
final class RaceTest {

  private static final Clock CLOCK = Clock.fixed(Examples.NOW, ZoneOffset.UTC);
  private static final List<Integer> CONTENDERS = List.of(3, 1, 2, 0);

  /** What networks are really worth: by the search's luck trial 3 looks better than trial 2. */
  private static final double[] WORTH = {8, 6.2, 4.5, 6.5, 9, 10};

  private static final double[] FOUND = {8, 5.5, 5.6, 4.9, 9, 10};

  @TempDir private Path folder;
  private CampaignConfig config;

  @BeforeEach
  void search() {
    config = Examples.config(folder.resolve("raced"), "strategy: random", 6);
    run(campaign -> campaign.run(RaceTest::score, CampaignListener.NONE));
  }

  private static Measurement score(TrialRequest request, TrialProgress progress) {
    if (request.number() < 6) {
      return Examples.measurement(FOUND[request.number()]);
    }
    double worth = worth(request);
    return Examples.measurement(worth * (1 + 0.04 * new Random(request.seed()).nextGaussian()));
  }

  private static double worth(TrialRequest request) {
    return WORTH[of(request)];
  }

  private static List<Trial> searched = List.of();

  private static int of(TrialRequest request) {
    return searched.stream()
        .filter(trial -> trial.candidate().architecture().equals(request.architecture()))
        .findFirst()
        .orElseThrow()
        .number();
  }

  private interface Use {
    CampaignResult of(Campaign campaign);
  }

  private CampaignResult run(Use use) {
    try (Campaign campaign =
        Campaign.open(
            config, Examples.space(config), Examples.ENVIRONMENT, Examples.PRICES, CLOCK)) {
      searched = campaign.trials().trials().stream().filter(t -> t.repeatOf().isEmpty()).toList();
      return use.of(campaign);
    }
  }

  private RaceStart start() {
    return new RaceStart("top 3", 6, 6, CONTENDERS);
  }

  private static RaceLimits runs(int runs) {
    return new RaceLimits(0.95, runs, Optional.empty(), Optional.empty());
  }

  private Race race(RaceLimits limits) {
    return new Race(start(), limits, Examples.PRICES, CLOCK);
  }

  private CampaignResult race(Race race) {
    return race(race, RaceTest::score);
  }

  private CampaignResult race(Race race, Objective objective) {
    return run(
        campaign -> campaign.repeat(race, new InProcessExecutor(objective), CampaignListener.NONE));
  }

  private static List<Integer> repeated(List<Trial> trials) {
    return trials.stream().flatMap(trial -> trial.repeatOf().stream()).toList();
  }

  @Test
  void theTrulyBestWinsAlthoughAnotherWasLucky() {
    assertThat(Leaderboard.of(searchedTrials()).best().orElseThrow().number()).isEqualTo(3);
    Race race = race(runs(60));
    List<Trial> trials = race(race).trials();
    assertThat(repeated(trials)).startsWith(3, 1, 2, 0).hasSizeLessThan(60);
    assertThat(repeated(trials).subList(4, 8)).as("twice each of the better half").hasSize(4);
    Leaderboard leaderboard = Leaderboard.of(trials);
    assertThat(leaderboard.best().orElseThrow().number()).isEqualTo(2);
    assertThat(leaderboard.row(2).orElseThrow().standing().best()).isGreaterThanOrEqualTo(0.95);
    assertThat(race.note()).startsWith("trial 2 is the best with a probability of 9");
    assertThat(race.runs(trials)).hasSize(trials.size() - 6);
    assertThat(trials.stream().map(Trial::spent).distinct().count()).isGreaterThan(1);
  }

  private List<Trial> searchedTrials() {
    return run(campaign -> campaign.run(RaceTest::score, CampaignListener.NONE)).trials();
  }

  @Test
  void itEndsAtTheRunsAskedForAndGoesOnWithMore() {
    Race few = race(runs(5));
    List<Trial> five = race(few).trials();
    assertThat(five).hasSize(11);
    assertThat(few.note()).isEqualTo("5 trainings were asked for (--runs)");
    List<Trial> whole = race(race(runs(9))).trials();
    assertThat(whole).startsWith(five.toArray(Trial[]::new));
    config = Examples.config(folder.resolve("at-once"), "strategy: random", 6);
    run(campaign -> campaign.run(RaceTest::score, CampaignListener.NONE));
    assertThat(repeated(race(race(runs(9))).trials())).isEqualTo(repeated(whole));
  }

  @Test
  void itNeverSpendsMoreThanAskedFor() {
    BigInteger three =
        Examples.PRICES.whole(searchedTrials().get(0).candidate().cost()).total().shiftLeft(1);
    Race race =
        new Race(
            start(),
            new RaceLimits(0.95, 60, Optional.of(three), Optional.empty()),
            Examples.PRICES,
            CLOCK);
    List<Trial> trials = race(race).trials();
    BigInteger spent =
        race.runs(trials).stream()
            .map(trial -> trial.spent().total())
            .reduce(BigInteger.ZERO, BigInteger::add);
    assertThat(spent).isPositive().isLessThanOrEqualTo(three);
    assertThat(race.note()).contains("(--flops)");
  }

  @Test
  void aStoppedRaceLosesNoTrainingAndEndsAsIfNotStopped() {
    int[] left = {3};
    CampaignResult stopped =
        race(
            race(runs(9)),
            (request, progress) -> {
              if (left[0]-- == 0) {
                throw new TrialStoppedException();
              }
              return score(request, progress);
            });
    assertThat(stopped.ending()).isEqualTo(CampaignResult.Ending.STOPPED);
    List<Trial> whole = race(race(runs(9))).trials();
    config = Examples.config(folder.resolve("at-once"), "strategy: random", 6);
    run(campaign -> campaign.run(RaceTest::score, CampaignListener.NONE));
    List<Trial> atOnce = race(race(runs(9))).trials();
    assertThat(whole.stream().map(Trial::score).toList())
        .isEqualTo(atOnce.stream().map(Trial::score).toList());
    assertThat(repeated(whole)).isEqualTo(repeated(atOnce));
  }

  @Test
  void theCampaignIsAsFarAfterwardsAsBefore() {
    Supplier<CampaignReport> report =
        () -> {
          try (JournalReader reader = config.directory().read()) {
            return CampaignReport.of(
                config.directory().path(), reader.snapshot(), Optional.empty(), false);
          }
        };
    CampaignReport before = report.get();
    race(race(runs(4)));
    assertThat(before.run().state()).isEqualTo(CampaignState.FINISHED);
    assertThat(report.get().run().state()).isEqualTo(CampaignState.FINISHED);
    assertThat(report.get().note()).isEqualTo(before.note());
    assertThat(report.get().trials().plannedTrials()).isEqualTo(10);
  }

  @Test
  void aSearchThatHasNotEndedIsNotRaced() {
    config = Examples.config(folder.resolve("stopped"), "strategy: random", 6);
    run(
        campaign ->
            campaign.run(
                (request, progress) -> {
                  if (request.number() == 3) {
                    throw new TrialStoppedException();
                  }
                  return score(request, progress);
                },
                CampaignListener.NONE));
    assertThatThrownBy(() -> race(race(runs(4))))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("trial 3 is RUNNING; 'edm2-search run' goes on with it");
  }

  @Test
  void theStartIsKeptAndADamagedOneIsRefused() throws Exception {
    RaceStart start = start();
    start.write(config.directory());
    assertThat(RaceStart.find(config.directory())).contains(start);
    List<Trial> trials = searchedTrials();
    assertThat(start.goesOn("top 3", trials)).isTrue();
    assertThat(start.goesOn("top 2", trials)).isFalse();
    assertThat(start.goesOn("top 3", trials.subList(0, 5))).isFalse();
    Path file = config.directory().path().resolve("race.json");
    for (String damaged :
        List.of(
            "{}",
            "[1]",
            "{\"asked\":\"top 3\",\"searched\":6,\"firstRun\":6,\"contenders\":[-1]}",
            "{\"asked\":\"top 3\",\"searched\":6,\"firstRun\":6,\"contenders\":[null]}")) {
      Files.writeString(file, damaged);
      assertThatThrownBy(() -> RaceStart.find(config.directory()))
          .as(damaged)
          .isInstanceOf(InvalidConfigException.class)
          .hasMessageContaining("race.json")
          .hasMessageContaining("is damaged");
    }
  }
}
