package org.edm2search.campaign.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalDouble;
import org.edm2search.campaign.Examples;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.store.InMemoryStore;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.campaign.store.TrialStoreContract;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.RecordedGenotype;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;
import org.junit.jupiter.api.Test;

final class JournaledStoreTest extends TrialStoreContract {

  private static final Provenance ORIGIN = Examples.ENVIRONMENT.forTrial(5, "config");

  /** Stands still, so that only the first news of a second is written at once. */
  private static final Clock CLOCK = Clock.fixed(Examples.NOW, ZoneOffset.UTC);

  private final InMemoryStore inner = new InMemoryStore();

  private Path journal() {
    return folder.resolve("journal.jsonl");
  }

  @Override
  protected TrialStore open() {
    return JournaledStore.of(inner, journal(), CLOCK);
  }

  private void requireJournalTellsTheStore() {
    long revision = store.revision();
    try (JournalReader reader = JournalReader.open(journal())) {
      assertThat(reader.revision()).isEqualTo(revision);
      assertThat(reader.campaign()).isEqualTo(store.campaign());
      assertThat(reader.trials()).isEqualTo(store.trials());
      assertThat(reader.rejections()).isEqualTo(store.rejections());
      assertThat(reader.progress()).isEqualTo(store.progress());
      assertThat(reader.snapshot().unreadable()).isZero();
      for (Trial trial : store.trials()) {
        assertThat(reader.losses(trial.number())).isEqualTo(store.losses(trial.number()));
      }
    }
  }

  private void someCampaign() {
    store.save(new CampaignRecord("n", "genetic", 1, 3, "a: \"ü\"\n", "d", Examples.NOW, ""));
    Trial complete = running(0);
    for (int i = 1; i <= 30; i++) {
      store.record(0, new LossPoint(i * 10L, i == 7 ? Double.NaN : 1.0 / i));
    }
    store.record(0, new LossPoint(10, 0.25));
    store.finish(complete.complete(Examples.measurement(1.5), ORIGIN, Examples.NOW), "{}");
    Rejection refused =
        new Rejection("id", new RecordedGenotype("kernel=3"), "max_flops: needs \"3\"", 2);
    store.create(waiting(1), List.of(refused), "{}");
    store.create(waiting(2), List.of(refused), "{}");
    Trial running = waiting(1).started(Examples.NOW);
    store.start(running);
    store.report(
        new Progress(1, Phase.TRAINING, 1, 9, OptionalDouble.of(Double.NaN), 2.5, Examples.NOW));
    store.record(1, new LossPoint(5, Double.POSITIVE_INFINITY));
  }

  @Test
  void theJournalTellsWhatTheStoreHolds() {
    someCampaign();
    requireJournalTellsTheStore();
  }

  @Test
  void aStartWritesTheJournalAnewWhateverWasThere() throws Exception {
    someCampaign();
    requireJournalTellsTheStore();
    Files.writeString(journal(), "damaged");
    store = open();
    requireJournalTellsTheStore();
    store.finish(
        store.trial(1).orElseThrow().failed("no memory", ORIGIN, Examples.NOW), "{\"a\":1}");
    requireJournalTellsTheStore();
  }

  @Test
  void aStepIsInTheJournalWhenTheCallReturns() {
    Trial running = running(0);
    try (JournalReader reader = JournalReader.open(journal())) {
      assertThat(reader.trials()).containsExactly(running);
      Trial failed = running.failed("why", ORIGIN, Examples.NOW);
      store.finish(failed, "{}");
      assertThat(reader.trials()).containsExactly(running);
      assertThat(reader.refresh()).isTrue();
      assertThat(reader.trials()).containsExactly(failed);
      assertThat(reader.refresh()).isFalse();
    }
  }

  @Test
  void newsOfASecondIsOneTransaction() {
    running(0);
    running(1);
    store.record(0, new LossPoint(1, 1));
    long before = inner.revision();
    for (int i = 2; i < 500; i++) {
      store.record(i % 2, new LossPoint(i, i));
      store.report(
          new Progress(0, Phase.TRAINING, i, 500, OptionalDouble.empty(), 1, Examples.NOW));
    }
    assertThat(inner.revision()).isEqualTo(before);
    assertThat(store.revision()).isEqualTo(before + 1);
    assertThat(store.losses(0)).hasSize(250);
    requireJournalTellsTheStore();
  }

  @Test
  void aTrialThatEndsWritesItsOwnNewsAndLeavesTheOthersToTheirSecond() {
    Trial ending = running(0);
    running(1);
    store.record(0, new LossPoint(1, 1));
    store.record(0, new LossPoint(2, 1));
    store.record(1, new LossPoint(1, 1));
    store.finish(ending.failed("why", ORIGIN, Examples.NOW), "{}");
    assertThat(inner.losses(0)).hasSize(2);
    assertThat(inner.losses(1)).isEmpty();
    requireJournalTellsTheStore();
    assertThat(inner.losses(1)).hasSize(1);
  }

  @Test
  void newsIsWrittenBeforeItsSecondIsOverOnceThereIsMuch() {
    running(0);
    for (int i = 0; i < 20_001; i++) {
      store.record(0, new LossPoint(i, 1));
    }
    assertThat(inner.losses(0)).hasSize(20_001);
  }

  @Test
  void aJournalMovedAwayIsWrittenAnew() throws Exception {
    running(0);
    Files.move(journal(), folder.resolve("moved"));
    running(1);
    requireJournalTellsTheStore();
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "kept");
    Files.delete(journal());
    Files.createSymbolicLink(journal(), elsewhere);
    running(2);
    requireJournalTellsTheStore();
    assertThat(elsewhere).hasContent("kept");
  }

  @Test
  void supersededLinesAreDroppedSoThatItStaysBounded() throws Exception {
    running(0);
    long largest = 0;
    for (int i = 0; i < 200; i++) {
      // Each is kept once, however often the campaign's record changes.
      store.save(
          new CampaignRecord(
              "n", "random", 1, 3, "#".repeat(100_000), "d", Examples.NOW, "note " + i));
      largest = Math.max(largest, Files.size(journal()));
    }
    assertThat(largest).isLessThan(6 << 20);
    requireJournalTellsTheStore();
  }
}
