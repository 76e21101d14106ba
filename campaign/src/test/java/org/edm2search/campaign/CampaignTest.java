package org.edm2search.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.edm2search.campaign.CampaignResult.Ending;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.space.LossPoint;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.InvalidConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CampaignTest {

  private static final Clock CLOCK = Clock.fixed(Examples.NOW, ZoneOffset.UTC);

  @TempDir Path folder;

  private CampaignConfig config(int trials) {
    return Examples.config(folder.resolve("run"), "strategy: genetic, population: 4", trials);
  }

  private static Campaign open(CampaignConfig config) {
    return Campaign.open(
        config, Examples.space(config), Examples.ENVIRONMENT, Examples.PRICES, CLOCK);
  }

  private static CampaignResult run(CampaignConfig config, Objective objective) {
    try (Campaign campaign = open(config)) {
      return campaign.run(objective, CampaignListener.NONE);
    }
  }

  private static Measurement measure(TrialRequest request, TrialProgress progress) {
    progress.record(new LossPoint(64, 0.5));
    return Examples.measurement(1.0 / (1 + request.number()));
  }

  @Test
  void runsThePlannedTrialsAndRecordsThem() {
    CampaignConfig config = config(6);
    CampaignResult result = run(config, CampaignTest::measure);

    assertThat(result.ending()).isEqualTo(Ending.DONE);
    assertThat(result.trials()).hasSize(6);
    assertThat(result.trials().stream().map(t -> t.candidate().architectureId()))
        .doesNotHaveDuplicates();
    Trial seed = result.trials().get(0);
    SearchSpace space = Examples.space(config);
    assertThat(seed.candidate().architectureId()).isEqualTo(space.seedGenotype().id());
    assertThat(seed.candidate().cost()).isEqualTo(space.seedCost());
    assertThat(seed.candidate().architecture()).isEqualTo(space.seed());
    assertThat(seed.provenance().orElseThrow().digests())
        .containsEntry("config", config.digest())
        .containsEntry("data", "d1");
    assertThat(config.directory().config()).hasContent(config.text());
    assertThat(config.directory().backup()).exists();
    assertThat(config.directory().trial(5)).isDirectory();
    assertThat(CampaignDirectory.below(folder)).containsExactly(config.directory());
    try (var reader = config.directory().read()) {
      assertThat(reader.trials()).isEqualTo(result.trials());
      assertThat(reader.campaign().orElseThrow().note()).isEqualTo(result.note());
      assertThat(reader.losses(3)).containsExactly(new LossPoint(64, 0.5));
    }
  }

  @Test
  void deletesWhatKilledWritersLeftInItsTrials() throws IOException {
    run(config(2), CampaignTest::measure);
    Path trial = config(2).directory().trial(1);
    Path leftover = AtomicFile.beside(trial.resolve("checkpoint.safetensors"));
    Path mine = trial.resolve(".notes.tmp");
    Files.writeString(leftover, "half");
    Files.writeString(mine, "kept");
    run(config(2), CampaignTest::measure);
    assertThat(leftover).doesNotExist();
    assertThat(mine).exists();
  }

  @Test
  void goesOnWhenTrialsAreAdded() {
    List<Trial> first = run(config(3), CampaignTest::measure).trials();
    List<Trial> all = run(config(5), CampaignTest::measure).trials();
    assertThat(all).hasSize(5).startsWith(first.toArray(Trial[]::new));
    assertThat(run(config(5), CampaignTest::measure).trials()).isEqualTo(all);
  }

  @Test
  void recordsFailuresAndGoesOn() {
    CampaignResult result =
        run(
            config(6),
            (request, progress) ->
                switch (request.number()) {
                  case 1 -> throw new IllegalStateException("loss is NaN\nat 640 images");
                  case 3 -> Examples.measurement(Double.NaN);
                  case 4 -> throw new StackOverflowError();
                  default -> measure(request, progress);
                });
    assertThat(result.ending()).isEqualTo(Ending.DONE);
    assertThat(result.trials().stream().map(Trial::state))
        .containsExactly(
            TrialState.COMPLETE,
            TrialState.FAILED,
            TrialState.COMPLETE,
            TrialState.FAILED,
            TrialState.FAILED,
            TrialState.COMPLETE);
    assertThat(result.trials().stream().map(Trial::reason))
        .containsExactly(
            "",
            "IllegalStateException: loss is NaN; at 640 images",
            "",
            "IllegalArgumentException: FD@1000 must be finite, but is NaN",
            "StackOverflowError",
            "");
  }

  @Test
  void stopsWhenNothingEverSucceeds() {
    CampaignResult result =
        run(
            config(9),
            (request, progress) -> {
              throw new IllegalStateException("no GPU");
            });
    assertThat(result.ending()).isEqualTo(Ending.HALTED);
    assertThat(result.note())
        .contains("3 trials in a row failed and none ever completed")
        .contains("no GPU");
    assertThat(result.trials()).hasSize(3);
  }

  /** A campaign that tries failed trials again at once. */
  private CampaignConfig retrying(int trials, int retries) {
    return CampaignConfig.parse(
        config(trials).text() + "executor: {pause: 0s, retries: %d}\n".formatted(retries),
        "test.yaml");
  }

  @Test
  void aFaultOfTheEnvironmentCostsNoTrialAndDoesNotBendTheSearch() {
    List<Trial> calm = run(config(6), CampaignTest::measure).trials();
    CampaignConfig config =
        CampaignConfig.parse(retrying(6, 2).text().replace("/run", "/harried"), "test.yaml");
    Map<Integer, Integer> faults = new HashMap<>();
    Objective objective =
        (request, progress) -> {
          int fault = faults.merge(request.number(), 1, Integer::sum);
          if (request.number() % 2 == 0 && fault == 1) {
            throw new UncheckedIOException(new IOException("No space left on device"));
          }
          if (request.number() == 3 && fault <= 2) {
            throw new OutOfMemoryError("native memory");
          }
          return measure(request, progress);
        };
    try (Campaign campaign = Examples.open(config)) {
      CampaignResult result = campaign.run(objective, CampaignListener.NONE);
      assertThat(result.ending()).isEqualTo(Ending.DONE);
      assertThat(result.trials())
          .usingRecursiveFieldByFieldElementComparatorOnFields(
              "number", "candidate", "state", "measurement")
          .isEqualTo(calm);
    }
    try (var reader = config.directory().read()) {
      assertThat(reader.attempts().stream().map(Attempt::trial)).containsExactly(0, 2, 3, 3, 4);
      assertThat(reader.attempts().get(0).kind()).isEqualTo(FailureKind.INPUT_OUTPUT);
      assertThat(reader.attempts().get(0).reason()).contains("No space left on device");
      assertThat(reader.attempts().get(2).kind()).isEqualTo(FailureKind.OUT_OF_MEMORY);
    }
  }

  @Test
  void aFaultThatStaysHaltsTheCampaignAndLosesNothing() {
    boolean[] full = {true};
    Objective objective =
        (request, progress) -> {
          if (full[0] && request.number() == 2) {
            throw new TrialFailedException(FailureKind.DATA, "no such file: images.zip", null);
          }
          return measure(request, progress);
        };
    CampaignResult halted = run(retrying(4, 2), objective);
    assertThat(halted.ending()).isEqualTo(Ending.HALTED);
    assertThat(halted.note())
        .contains("trial 2 failed 3 times")
        .contains("mend the cause and run it again")
        .contains("no such file: images.zip");
    assertThat(halted.trials().get(2).state()).isEqualTo(TrialState.WAITING);
    full[0] = false;
    CampaignResult result = run(retrying(4, 2), objective);
    assertThat(result.ending()).isEqualTo(Ending.DONE);
    assertThat(result.trials()).hasSize(4).allMatch(t -> t.state() == TrialState.COMPLETE);
  }

  @Test
  void aFailedTrialIsTriedAgainOnRequestAndKeepsItsHistory() {
    List<Trial> failed =
        run(
                config(5),
                (request, progress) -> {
                  if (request.number() == 0 || request.number() == 3) {
                    throw new TrialFailedException(FailureKind.DIVERGED, "loss is NaN", null);
                  }
                  return measure(request, progress);
                })
            .trials();
    config(5).directory().putBack(3, CLOCK);
    try (Campaign campaign = open(config(7))) {
      assertThat(campaign.putBackFailed(trial -> true)).containsExactly(0);
      CampaignResult result = campaign.run(CampaignTest::measure, CampaignListener.NONE);
      assertThat(result.trials()).hasSize(7).allMatch(t -> t.state() == TrialState.COMPLETE);
      for (int number = 0; number < 5; number++) {
        Trial before = failed.get(number);
        Trial after = result.trials().get(number);
        assertThat(after.candidate()).isEqualTo(before.candidate());
        assertThat(after.provenance()).isEqualTo(before.provenance());
      }
      assertThat(campaign.trials().attempts())
          .extracting(Attempt::trial, Attempt::kind)
          .containsExactly(tuple(0, FailureKind.DIVERGED), tuple(3, FailureKind.DIVERGED));
    }
    assertThatThrownBy(() -> config(7).directory().putBack(3, CLOCK))
        .hasMessageContaining("only a failed or excluded trial can be tried again, but trial 3")
        .hasMessageContaining("is COMPLETE");
    assertThatThrownBy(() -> config(7).directory().putBack(9, CLOCK))
        .hasMessageContaining("does not exist");
  }

  /** Before, nothing but a new campaign led past a trial that crashed every time. */
  @Test
  void aTrialThatIsExcludedIsLeftOutAndTheSearchGoesOn() {
    boolean[] mended = {false};
    Objective objective =
        (request, progress) -> {
          if (request.number() == 1 && !mended[0]) {
            throw new TrialFailedException(FailureKind.CRASHED, "SIGSEGV", null);
          }
          return measure(request, progress);
        };
    CampaignConfig config = retrying(4, 0);
    assertThat(run(config, objective).note())
        .contains("trial 1 failed once", "or go on without it: edm2-search exclude 1 " + folder);
    config.directory().exclude(1, CLOCK);
    CampaignResult result = run(config, objective);
    assertThat(result.ending()).isEqualTo(Ending.DONE);
    assertThat(result.note()).isEqualTo("all 4 trials are finished, 1 of them excluded");
    Trial excluded = result.trials().get(1);
    assertThat(excluded.state()).isEqualTo(TrialState.EXCLUDED);
    assertThat(excluded.reason()).isEqualTo("SIGSEGV");
    assertThat(Leaderboard.of(result.trials()).tables().get(0).rows())
        .extracting(row -> row.trial().number())
        .containsExactly(3, 2, 0);
    assertThatThrownBy(() -> config.directory().exclude(2, CLOCK))
        .hasMessageContaining("only a trial without an outcome can be excluded, but trial 2")
        .hasMessageContaining("is COMPLETE");
    try (Campaign campaign = open(config)) {
      assertThat(campaign.putBackFailed(trial -> true)).isEmpty();
    }
    config.directory().putBack(1, CLOCK);
    mended[0] = true;
    assertThat(run(config, objective).trials())
        .hasSize(4)
        .allMatch(trial -> trial.state() == TrialState.COMPLETE);
  }

  @Test
  void aRunningTrialThatSomebodyLeavesOutEndsAndTheSearchGoesOn() {
    CampaignConfig config = config(4);
    Objective objective =
        (request, progress) -> {
          if (request.number() == 1) {
            progress.record(new LossPoint(64, 1.0));
            config.directory().requestCancel(1);
            assertThat(progress.stopRequested()).isTrue();
            throw new TrialStoppedException();
          }
          assertThat(progress.stopRequested()).isFalse();
          return measure(request, progress);
        };
    try (Campaign campaign = open(config)) {
      CampaignResult result = campaign.run(objective, CampaignListener.NONE);
      assertThat(result.ending()).isEqualTo(Ending.DONE);
      Trial out = result.trials().get(1);
      assertThat(out.state()).isEqualTo(TrialState.EXCLUDED);
      assertThat(out.reason()).isEqualTo("left out while it ran");
      assertThat(out.spent().training())
          .isEqualTo(Examples.PRICES.until(out.candidate().cost(), 64).training());
      assertThat(campaign.trials().attempts())
          .extracting(Attempt::kind)
          .containsExactly(FailureKind.CANCELLED);
    }
    config.directory().putBack(1, CLOCK);
    CampaignResult again = run(config, CampaignTest::measure);
    assertThat(again.trials()).allMatch(trial -> trial.state() == TrialState.COMPLETE);
    assertThat(again.trials()).hasSize(4);
  }

  @Test
  void aTrialThatWaitsForItsNextAttemptIsLeftOutOnRequest() {
    CampaignConfig config =
        CampaignConfig.parse(
            config(3).text() + "executor: {pause: 24h, retries: 1}\n", "test.yaml");
    Objective objective =
        (request, progress) -> {
          if (request.number() == 1) {
            config.directory().requestCancel(2); // not begun: a later run need not know
            config.directory().requestCancel(1);
            config.directory().requestCancel(0); // has ended
            throw new TrialFailedException(FailureKind.CRASHED, "SIGSEGV", null);
          }
          return measure(request, progress);
        };
    CampaignResult result = run(config, objective);
    assertThat(result.ending()).isEqualTo(Ending.DONE);
    assertThat(result.trials())
        .extracting(Trial::state)
        .containsExactly(TrialState.COMPLETE, TrialState.EXCLUDED, TrialState.EXCLUDED);
    assertThat(result.trials().get(2).reason()).isEqualTo("no attempt at it failed");
  }

  @Test
  void leavesAStoppedTrialRunningAndRunsItAgain() {
    CampaignConfig config = config(5);
    try (Campaign campaign = open(config)) {
      CampaignResult stopped =
          campaign.run(
              (request, progress) -> {
                if (request.number() == 2) {
                  campaign.requestStop();
                  assertThat(progress.stopRequested()).isTrue();
                  throw new TrialStoppedException();
                }
                assertThat(progress.stopRequested()).isFalse();
                return measure(request, progress);
              },
              CampaignListener.NONE);
      assertThat(stopped.ending()).isEqualTo(Ending.STOPPED);
      assertThat(stopped.trials()).hasSize(3);
      assertThat(stopped.trials().get(2).state()).isEqualTo(TrialState.RUNNING);
    }
    List<String> heard = new ArrayList<>();
    try (Campaign campaign = open(config)) {
      campaign.run(
          CampaignTest::measure,
          new CampaignListener() {
            @Override
            public void trialStarted(Trial trial, boolean again) {
              heard.add(trial.number() + (again ? " again" : ""));
            }
          });
    }
    assertThat(heard).containsExactly("2 again", "3", "4");
  }

  @Test
  void stopsAfterTheTrialIfTheObjectiveDoesNotListen() {
    try (Campaign campaign = open(config(5))) {
      CampaignResult stopped =
          campaign.run(
              (request, progress) -> {
                campaign.requestStop();
                return measure(request, progress);
              },
              CampaignListener.NONE);
      assertThat(stopped.ending()).isEqualTo(Ending.STOPPED);
      assertThat(stopped.trials().stream().map(Trial::state)).containsExactly(TrialState.COMPLETE);
    }
  }

  @Test
  void endsEarlyWhenTheSpaceIsExhausted() {
    String genes =
        "    kernel: {scope: global, values: [3, 5]}\n    embedding: {values: [wide, narrow]}\n";
    CampaignConfig config =
        CampaignConfig.parse(
            Examples.yaml(folder.resolve("tiny"), "strategy: genetic, population: 3", 50, genes),
            "tiny.yaml");
    CampaignResult result = run(config, CampaignTest::measure);
    assertThat(result.ending()).isEqualTo(Ending.EXHAUSTED);
    assertThat(result.trials()).hasSizeBetween(2, 4);
    assertThat(result.note()).contains("no further candidate");
    assertThat(run(config, CampaignTest::measure).trials()).isEqualTo(result.trials());
  }

  @Test
  void tellsItsListener() {
    List<String> heard = new ArrayList<>();
    List<Rejection> rejected = new ArrayList<>();
    CampaignListener listener =
        new CampaignListener() {
          @Override
          public void campaignStarted(CampaignRecord campaign, List<Trial> before) {
            heard.add("campaign " + campaign.plannedTrials() + " " + before.size());
          }

          @Override
          public void candidatesRejected(List<Rejection> rejections) {
            rejected.addAll(rejections);
          }

          @Override
          public void trialStarted(Trial trial, boolean again) {
            heard.add("start " + trial.number());
          }

          @Override
          public void trialProgressed(Trial trial, Progress progress) {
            heard.add("progress " + progress.done());
          }

          @Override
          public void trialFinished(Trial trial) {
            heard.add("finish " + trial.state());
          }

          @Override
          public void campaignEnded(CampaignResult result) {
            heard.add("end " + result.ending());
          }
        };
    try (Campaign campaign = open(config(2))) {
      campaign.run(
          (request, progress) -> {
            progress.report(Phase.TRAINING, 1, 2, OptionalDouble.of(0.5), 10);
            progress.report(Phase.TRAINING, 2, 2, OptionalDouble.of(0.25), 10);
            assertThat(campaign.trials().progress().get(0).done()).isEqualTo(2);
            return measure(request, progress);
          },
          listener);
      assertThat(campaign.trials().rejections().stream().mapToInt(Rejection::count).sum())
          .isEqualTo(rejected.size());
    }
    assertThat(heard)
        .containsExactly(
            "campaign 2 0",
            "start 0",
            "progress 1",
            "progress 2",
            "finish COMPLETE",
            "start 1",
            "progress 1",
            "progress 2",
            "finish COMPLETE",
            "end DONE");
  }

  /** Shows what the test says it is. */
  private static final class Ticking extends Clock {
    private final Clock[] now;

    Ticking(Clock[] now) {
      this.now = now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now[0].instant();
    }
  }

  @Test
  void storesProgressAboutOnceASecond() {
    Clock[] now = {CLOCK};
    CampaignConfig config = config(1);
    Clock ticking = new Ticking(now);
    try (Campaign campaign =
        Campaign.open(
            config, Examples.space(config), Examples.ENVIRONMENT, Examples.PRICES, ticking)) {
      campaign.run(
          (request, progress) -> {
            long revision = campaign.trials().revision();
            for (int i = 0; i < 100; i++) {
              now[0] = Clock.offset(now[0], Duration.ofMillis(50));
              progress.report(Phase.TRAINING, i, 1000, OptionalDouble.empty(), 1);
            }
            assertThat(campaign.trials().revision() - revision).isBetween(4L, 6L);
            return measure(request, progress);
          },
          CampaignListener.NONE);
    }
  }

  private CampaignConfig within(String budget) {
    return CampaignConfig.parse(
        config(30).text() + "budget: {%s}\n".formatted(budget), "test.yaml");
  }

  @Test
  void trialsThatBetterNothingForTooLongEndTheCampaign() {
    // Scores fall until trial 3.
    CampaignResult result =
        run(
            within("plateau: 4"),
            (request, progress) -> Examples.measurement(1.0 / (1 + Math.min(3, request.number()))));
    assertThat(result.ending()).isEqualTo(Ending.DONE);
    assertThat(result.trials()).hasSize(8);
    assertThat(result.note()).contains("the last 4 did not better the score (budget.plateau)");
    try (var reader = config(30).directory().read()) {
      assertThat(reader.campaign().orElseThrow().plannedTrials()).isEqualTo(8);
    }
  }

  @Test
  void theHoursOfAllRunsAreCounted() {
    Clock[] now = {CLOCK};
    CampaignConfig config = within("hours: 5.5");
    CampaignResult result = null;
    for (int run = 0; run < 3; run++) {
      now[0] = Clock.offset(now[0], Duration.ofDays(1)); // between runs no time counts
      try (Campaign campaign =
          Campaign.open(
              config,
              Examples.space(config),
              Examples.ENVIRONMENT,
              Examples.PRICES,
              new Ticking(now))) {
        result =
            campaign.run(
                (request, progress) -> {
                  now[0] = Clock.offset(now[0], Duration.ofHours(1));
                  if (request.number() % 2 == 1) {
                    campaign.requestStop();
                  }
                  return measure(request, progress);
                },
                CampaignListener.NONE);
      }
    }
    assertThat(result.trials()).hasSize(6);
    assertThat(run(config, CampaignTest::measure).note()).contains("budget.hours: 5.5");
  }

  @Test
  void aTrialIsChargedForWhatItTrainedIfItFailsAndWholeIfItEnds() {
    CampaignResult result =
        run(
            config(3),
            (request, progress) -> {
              progress.record(new LossPoint(64, 0.5));
              if (request.number() == 1) {
                throw new IllegalStateException("loss is NaN");
              }
              return measure(request, progress);
            });
    for (Trial trial : result.trials()) {
      assertThat(trial.spent())
          .isEqualTo(
              trial.number() == 1
                  ? Examples.PRICES.until(trial.candidate().cost(), 64)
                  : Examples.PRICES.whole(trial.candidate().cost()));
    }
    try (var reader = config(3).directory().read()) {
      assertThat(reader.trials()).isEqualTo(result.trials());
    }
  }

  @Test
  void refusesAChangedConfigNamingTheKey() {
    run(config(2), CampaignTest::measure);
    CampaignConfig changed =
        CampaignConfig.parse(config(2).text().replace("batch: 64", "batch: 32"), "test.yaml");
    assertThatThrownBy(() -> open(changed))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith("test.yaml:")
        .hasMessageContaining("training.batch: is '32', but the campaign in ")
        .hasMessageContaining("was started with '64'");
    open(config(2)).close();
  }

  @Test
  void refusesOtherData() {
    CampaignConfig config = config(2);
    run(config, CampaignTest::measure);
    Provenance other = Provenance.of(Map.of("data", "d2"), Map.of(), "cpu");
    assertThatThrownBy(
            () -> Campaign.open(config, Examples.space(config), other, Examples.PRICES, CLOCK))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("data changed: its digest is d2, but trial 0 was run with d1");
    assertThatThrownBy(
            () ->
                Campaign.open(
                    config, config.space(16, 3, 10), Examples.ENVIRONMENT, Examples.PRICES, CLOCK))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("another seed architecture");
  }

  /** Before, one mended image ended the campaign: its digest differs. */
  @Test
  void goesOnWithMendedDataWhereThatIsAccepted() throws IOException {
    Provenance mended = Provenance.of(Map.of("data", "d2"), Map.of(), "cpu");
    CampaignConfig config = retrying(3, 0);
    Objective objective =
        (request, progress) -> {
          if (request.number() == 1 && !Files.exists(config.directory().path().resolve("mended"))) {
            assertThat(request.directory().resolve("checkpoint").toFile().mkdir()).isTrue();
            throw new TrialFailedException(FailureKind.DATA, "b.png (image 7 of 80)", null);
          }
          return measure(request, progress);
        };
    assertThat(run(config, objective).note()).contains("--accept-data", "b.png (image 7 of 80)");
    Files.writeString(config.directory().path().resolve("mended"), "");
    assertThatThrownBy(
            () -> Campaign.open(config, Examples.space(config), mended, Examples.PRICES, CLOCK))
        .hasMessageContaining("run it with --accept-data");
    Clock later = Clock.offset(CLOCK, Duration.ofHours(1));
    try (Campaign campaign =
        Campaign.open(
            config, Examples.space(config), mended, Examples.PRICES, Set.of("data"), later)) {
      assertThat(config.directory().trials().resolve("0001.before-1/checkpoint")).exists();
      assertThat(campaign.run(objective, CampaignListener.NONE).ending()).isEqualTo(Ending.DONE);
    }
    // Nobody has to accept it twice, and what was there before is a change, too.
    try (Campaign campaign =
        Campaign.open(config, Examples.space(config), mended, Examples.PRICES, Clock.systemUTC())) {
      assertThat(campaign.trials().trials())
          .extracting(trial -> trial.provenance().orElseThrow().digests().get("data"))
          .containsExactly("d1", "d2", "d2");
    }
    assertThatThrownBy(() -> open(config))
        .hasMessageContaining("data changed: its digest is d1, but trial");
  }

  @Test
  void noticesALostStore() throws IOException {
    CampaignConfig config = config(2);
    run(config, CampaignTest::measure);
    Files.write(config.directory().store(), new byte[0]);
    assertThatThrownBy(() -> open(config))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("was cut off after 0 bytes")
        .hasMessageContaining("edm2-search doctor");
  }

  @Test
  void isRunOnceAtATime() {
    CampaignConfig config = config(2);
    assertThat(config.directory().runningProcess()).isEmpty();
    try (Campaign campaign = open(config)) {
      assertThat(config.directory().runningProcess()).contains(ProcessHandle.current().pid());
      assertThatThrownBy(() -> open(config))
          .isInstanceOf(Edm2SearchException.class)
          .hasMessageContaining("already being run by this process");
      assertThat(campaign.trials().trials()).isEmpty();
    }
    assertThat(config.directory().runningProcess()).isEmpty();
    open(config).close();
  }
}
