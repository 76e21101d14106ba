package org.edm2search.campaign.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.edm2search.campaign.Examples.ENVIRONMENT;
import static org.edm2search.campaign.Examples.NOW;
import static org.edm2search.campaign.Examples.measurement;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.edm2search.campaign.Examples;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.LossCurve;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.RecordedGenotype;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.RungLoss;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;
import org.edm2search.space.SearchSpace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every store must do. */
public abstract class TrialStoreContract {

  private static final SearchSpace SPACE = Examples.space();
  private static final Provenance ORIGIN = ENVIRONMENT.forTrial(5, "config");

  @TempDir protected Path folder;
  protected TrialStore store;

  protected abstract TrialStore open();

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  protected static Trial waiting(int number) {
    return Trial.waiting(
        number, Candidate.of(SPACE, SPACE.random(new SplittableRandom(number))), NOW);
  }

  protected Trial running(int number) {
    Trial trial = waiting(number);
    store.create(trial, List.of(), "{}");
    Trial running = trial.started(NOW.plusSeconds(1));
    store.start(running);
    return running;
  }

  @Test
  void isEmptyAtFirst() {
    assertThat(store.trials()).isEmpty();
    assertThat(store.campaign()).isEmpty();
    assertThat(store.trial(0)).isEmpty();
    assertThat(store.progress()).isEmpty();
    assertThat(store.strategyState()).isEmpty();
  }

  @Test
  void returnsTrialsAsTheyWereStoredInEveryState() {
    Trial complete =
        running(0).complete(measurement(12.345678901234567), ORIGIN, NOW.plusSeconds(9));
    store.finish(complete, "{\"a\":1}");
    Trial failed = running(1).failed("loss is NaN at 640 images", ORIGIN, NOW.plusSeconds(9));
    store.finish(failed, "{\"a\":2}");
    Trial pruned = running(2).pruned("worse than half of all", ORIGIN, NOW.plusSeconds(9));
    store.finish(pruned, "{\"a\":3}");
    Trial running = running(3);
    Trial waiting = waiting(4);
    store.create(waiting, List.of(), "{\"a\":4}");

    assertThat(store.trials()).containsExactly(complete, failed, pruned, running, waiting);
    assertThat(store.trial(0)).contains(complete);
    assertThat(store.strategyState()).contains("{\"a\":4}");
  }

  @Test
  void aDecisionAtARungIsOneTransactionAndKeepsTheLosses() {
    RungLoss loss = new RungLoss(0, 640, 1 / 3.0, 0.0625, List.of(0.1, 0.7));
    List<Trial> reached = new ArrayList<>();
    for (int number = 0; number < 2; number++) {
      store.create(waiting(number).toward(0), List.of(), "{}");
      Trial running = store.trial(number).orElseThrow().started(NOW.plusSeconds(1));
      store.start(running);
      reached.add(running.atTurn(number).reached(loss));
    }
    store.decide(reached, "{\"a\":1}");
    assertThat(store.trials()).isEqualTo(reached).allMatch(Trial::atRung);
    assertThatThrownBy(() -> store.record(0, new LossPoint(700, 1)))
        .isInstanceOf(IllegalStateException.class);

    Trial promoted = reached.get(0).toward(1);
    Trial pruned = reached.get(1).pruned("rank 2 of 2", ORIGIN, NOW.plusSeconds(9));
    store.decide(List.of(promoted, pruned), "{\"a\":2}");
    store.decide(List.of(promoted, pruned), "{\"a\":2}");
    assertThat(store.trials()).containsExactly(promoted, pruned);
    assertThat(promoted.rungs().reached()).containsExactly(loss);
    assertThat(store.strategyState()).contains("{\"a\":2}");

    long revision = store.revision();
    List<Trial> both = List.of(promoted.toward(2), reached.get(1).toward(1));
    assertThatThrownBy(() -> store.decide(both, "{}"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("never changes");
    assertThat(store.trials()).containsExactly(promoted, pruned);
    assertThat(store.revision()).isEqualTo(revision);
  }

  @Test
  void finishedTrialsNeverChange() {
    Trial running = running(0);
    Trial complete = running.complete(measurement(1), ORIGIN, NOW.plusSeconds(9));
    store.finish(complete, "{}");

    assertThatThrownBy(
            () ->
                store.finish(
                    running.complete(measurement(2), ORIGIN, NOW.plusSeconds(9)), "{\"x\":1}"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("never changes");
    assertThatThrownBy(() -> store.start(running)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.record(0, new LossPoint(1, 1)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(store.trial(0)).contains(complete);
    assertThat(store.strategyState()).contains("{}");
  }

  @Test
  void aFailedAttemptStaysInTheHistoryOfATrialThatIsPutBack() {
    Trial running = running(0);
    store.record(0, new LossPoint(1, 0.5));
    Attempt killed = new Attempt(0, FailureKind.KILLED, "SIGKILL", NOW, NOW.plusSeconds(1));
    store.record(killed);
    store.record(killed);
    store.putBack(running.again());
    store.putBack(running.again());
    assertThat(store.trial(0)).contains(waiting(0));
    assertThat(store.progress()).isEmpty();
    assertThat(store.losses(0)).hasSize(1);

    Trial again = waiting(0).started(NOW.plusSeconds(2));
    store.start(again);
    Trial failed = again.failed("loss is NaN", ORIGIN, NOW.plusSeconds(3));
    Attempt diverged = new Attempt(0, FailureKind.DIVERGED, "loss is NaN", NOW, NOW.plusSeconds(3));
    store.record(diverged);
    store.finish(failed, "{}");
    store.putBack(failed.again());
    assertThat(store.trial(0)).contains(waiting(0));
    assertThat(store.attempts()).containsExactly(killed, diverged);

    Trial last = waiting(0).started(NOW.plusSeconds(4));
    store.start(last);
    store.finish(last.complete(measurement(1), ORIGIN, NOW.plusSeconds(5)), "{}");
    assertThatThrownBy(() -> store.putBack(waiting(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("only a running, failed or excluded trial is tried again");
    assertThatThrownBy(() -> store.record(new Attempt(7, FailureKind.KILLED, "", NOW, NOW)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aTrialWithoutAnOutcomeIsLeftOutAndTakenInAgain() {
    Trial running = running(0);
    Trial excluded = running.excluded("SIGSEGV", NOW.plusSeconds(9));
    store.exclude(excluded);
    store.exclude(excluded);
    assertThat(store.trial(0)).contains(excluded);
    assertThat(excluded.duration()).isEmpty();
    store.putBack(excluded.again());
    assertThat(store.trial(0)).contains(waiting(0));
    Trial complete = running(1).complete(measurement(1), ORIGIN, NOW.plusSeconds(5));
    store.finish(complete, "{}");
    assertThatThrownBy(() -> store.exclude(waiting(1).excluded("", NOW)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("only a trial without an outcome is excluded");
  }

  @Test
  void repeatedWritesHaveNoEffect() {
    Trial trial = waiting(0);
    Rejection rejection =
        new Rejection("id", new RecordedGenotype("kernel=3"), "max_flops: needs 3", 1);
    store.create(trial, List.of(rejection), "{}");
    store.create(trial, List.of(rejection), "{}");
    Trial running = trial.started(NOW);
    store.start(running);
    Trial complete = running.complete(measurement(1), ORIGIN, NOW);
    store.finish(complete, "{}");
    store.finish(complete, "{}");

    assertThat(store.trials()).containsExactly(complete);
    assertThat(store.rejections()).containsExactly(rejection);
  }

  @Test
  void numbersHaveNoGaps() {
    assertThatThrownBy(() -> store.create(waiting(1), List.of(), "{}"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the next trial has number 0");
  }

  @Test
  void aTrialKeepsItsCandidate() {
    running(0);
    Trial other =
        Trial.waiting(0, waiting(1).candidate(), NOW)
            .started(NOW)
            .complete(measurement(1), ORIGIN, NOW);
    assertThatThrownBy(() -> store.finish(other, "{}")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void rejectionsAddUpInTheOrderTheyCame() {
    store.create(
        waiting(0),
        List.of(
            new Rejection("b", new RecordedGenotype("g1"), "too large", 2),
            new Rejection("a", new RecordedGenotype("g2"), "slow", 1)),
        "{}");
    store.create(
        waiting(1), List.of(new Rejection("b", new RecordedGenotype("g3"), "too large", 3)), "{}");
    assertThat(store.rejections())
        .containsExactly(
            new Rejection("b", new RecordedGenotype("g1"), "too large", 5),
            new Rejection("a", new RecordedGenotype("g2"), "slow", 1));
  }

  @Test
  void lossCurvesAreOrderedAndPointsReplaced() {
    running(0);
    store.record(0, new LossPoint(200, 0.5));
    store.record(0, new LossPoint(100, 0.9));
    store.record(
        new LossCurve(
            0,
            List.of(
                new LossPoint(300, 0.4), new LossPoint(200, Double.NaN), new LossPoint(300, 0.3))));
    assertThat(store.losses(0))
        .containsExactly(
            new LossPoint(100, 0.9), new LossPoint(200, Double.NaN), new LossPoint(300, 0.3));
    assertThat(store.losses(1)).isEmpty();
  }

  @Test
  void progressIsTheLatestOfEachRunningTrialAndEveryWriteRaisesTheRevision() {
    running(0);
    long before = store.revision();
    Progress training =
        new Progress(0, Phase.TRAINING, 64, 640, OptionalDouble.of(0.25), 100.5, NOW);
    store.report(training);
    assertThat(store.progress()).containsExactly(training);
    Progress sampling =
        new Progress(0, Phase.SAMPLING, 1, 10, OptionalDouble.empty(), 3, NOW.plusSeconds(1));
    store.report(sampling);
    assertThat(store.progress()).containsExactly(sampling);
    Trial other = running(1);
    Progress beside = new Progress(1, Phase.TRAINING, 8, 640, OptionalDouble.empty(), 9, NOW);
    store.report(beside);
    assertThat(store.progress()).containsExactly(sampling, beside);
    store.finish(other.complete(measurement(1), ORIGIN, NOW), "{}");
    assertThat(store.progress()).containsExactly(sampling);
    assertThatThrownBy(() -> store.report(beside))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("only a running trial has news");
    assertThat(store.revision()).isGreaterThan(before);
  }

  @Test
  void theCampaignKeepsItsCreationTime() {
    CampaignRecord first = new CampaignRecord("n", "genetic", 1, 3, "text", "digest", NOW, "");
    store.save(first);
    store.save(
        new CampaignRecord("n", "genetic", 1, 9, "text", "digest", NOW.plusSeconds(9), "note"));
    assertThat(store.campaign())
        .contains(new CampaignRecord("n", "genetic", 1, 9, "text", "digest", NOW, "note"));
  }

  @Test
  void anInterruptedCallerDoesNoHarmAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    Trial running = running(0);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(store.trials()).containsExactly(running);
  }

  @Test
  void backsUp() {
    running(0);
    Path backup = folder.resolve("backup.zip");
    store.backup(backup);
    store.backup(backup);
    assertThat(Files.exists(backup)).isTrue();
  }

  @Test
  void anUnfinishedTrialIsRunAgain() {
    Trial again = running(0).started(NOW.plusSeconds(500));
    store.start(again);
    assertThat(store.trial(0)).contains(again);
  }

  @Test
  void aTrialTakesEveryStep() {
    Trial waiting = waiting(0);
    Trial running = waiting.started(NOW);
    assertThatThrownBy(() -> store.start(running)).hasMessage("there is no trial 0");
    assertThatThrownBy(() -> store.create(running, List.of(), "{}"))
        .isInstanceOf(IllegalStateException.class);
    store.create(waiting, List.of(), "{}");
    Trial complete = running.complete(measurement(1), ORIGIN, NOW);
    assertThatThrownBy(() -> store.finish(complete, "{}"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("only a running trial can end");
    assertThatThrownBy(() -> store.start(waiting)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.finish(running, "{}")).isInstanceOf(IllegalStateException.class);
    assertThat(store.trials()).containsExactly(waiting);
  }

  @Test
  void aRefusedWriteLeavesNoTrace() {
    store.finish(running(0).complete(measurement(1), ORIGIN, NOW), "{\"kept\":true}");
    long revision = store.revision();
    Rejection rejection = new Rejection("x", new RecordedGenotype("g"), "r", 1);
    assertThatThrownBy(() -> store.create(waiting(7), List.of(rejection), "{}"))
        .isInstanceOf(IllegalStateException.class);
    assertThat(store.strategyState()).contains("{\"kept\":true}");
    assertThat(store.rejections()).isEmpty();
    assertThat(store.revision()).isEqualTo(revision);
  }

  @Test
  void manyThreadsMayUseIt() throws Exception {
    running(0);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      LossPoint point = new LossPoint(i, i);
      threads.add(
          new Thread(
              () -> {
                store.record(0, point);
                store.trials();
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(store.losses(0)).hasSize(16);
  }
}
