package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.edm2search.campaign.CampaignConfig;
import org.edm2search.campaign.journal.JournaledStore;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.store.InMemoryStore;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Protocol;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.SearchSpace;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is said of a campaign whose trials were lowered from 7 to 6, after some bad luck. */
class StatusTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path campaign;

  @BeforeEach
  void record() {
    write(
        (store, space) -> {
          SplittableRandom random = new SplittableRandom(1);
          for (int i = 0; i < 7; i++) {
            Trial waiting = Trial.waiting(i, Candidate.of(space, space.random(random)), NOW);
            store.create(waiting, List.of(), "{}");
            Trial running = waiting.started(NOW);
            store.start(running);
            if (i == 3) {
              store.record(new Attempt(i, FailureKind.KILLED, "worker ended", NOW, NOW));
              store.record(new Attempt(i, FailureKind.OUT_OF_MEMORY, "heap", NOW, NOW));
            }
            Measurement score =
                new Measurement(new Quantity("FD", i, ""), List.of(), new Protocol("p", "p"));
            store.finish(running.complete(score, Provenance.of(Map.of(), Map.of(), ""), NOW), "{}");
          }
        });
  }

  private void write(BiConsumer<TrialStore, SearchSpace> trials) {
    CampaignConfig config = CampaignConfig.parse(Example.tiny(campaign), "tiny.yaml");
    SearchSpace space = config.space(8, 1, 10);
    try (TrialStore store =
        JournaledStore.of(
            new InMemoryStore(),
            campaign.resolve("journal.jsonl"),
            Clock.fixed(NOW, ZoneOffset.UTC))) {
      store.save(new CampaignRecord("tiny", "random", 1, 6, config.text(), "digest", NOW, ""));
      trials.accept(store, space);
    }
  }

  private static JsonNode json(Object... arguments) {
    Captured answer = Captured.run(arguments);
    assertThat(answer.code()).as(answer.err()).isZero();
    return JsonMapper.builder().build().readTree(answer.out());
  }

  /** Before, it said 7 of 6. */
  @Test
  void moreTrialsThanPlannedAreAllOfTheTrials() {
    assertThat(Captured.run("status", campaign).out())
        .contains("trials     7 of 7, 7 complete", "state      finished");
  }

  /** Before, it said that the trial runs, and counted it among those that had ended. */
  @Test
  void aTrialOfAStoppedCampaignDoesNotRun() {
    write(
        (store, space) -> {
          Trial waiting =
              Trial.waiting(0, Candidate.of(space, space.random(new SplittableRandom(1))), NOW);
          store.create(waiting, List.of(), "{}");
          store.start(waiting.started(NOW));
        });
    assertThat(Captured.run("status", campaign).out())
        .contains("state      stopped", "trials     0 of 6, 1 interrupted");
  }

  @Test
  void failedAttemptsAreCountedByWhoseFaultTheyWere() {
    assertThat(Captured.run("status", campaign).out())
        .contains("attempts   2 failed: 1 killed, 1 out of memory");
    assertThat(json("status", campaign, "--json").get("failed_attempts").get("killed").asInt())
        .isEqualTo(1);
  }

  @Test
  void aTrialShowsItsFailedAttempts() {
    assertThat(Captured.run("show", 3, campaign).out())
        .containsPattern("failed attempt +2026-01-01T00:00:00Z, killed: worker ended")
        .containsPattern("failed attempt +2026-01-01T00:00:00Z, out of memory: heap");
    assertThat(Captured.run("show", 2, campaign).out()).doesNotContain("failed attempt");
    JsonNode attempts = json("show", 3, campaign, "--json").get("failed_attempts");
    assertThat(attempts.size()).isEqualTo(2);
    assertThat(attempts.get(1).get("kind").asString()).isEqualTo("out_of_memory");
  }

  /** Before, such lines were counted and nobody was told. */
  @Test
  void linesThatCannotBeReadAreToldOf() throws IOException {
    assertThat(Captured.run("status", campaign).out()).doesNotContain("cannot be read");
    Files.writeString(
        campaign.resolve("journal.jsonl"),
        "{\"seq\":99,\"trials\":[{\"number\":7\nnot json\n",
        StandardOpenOption.APPEND);
    assertThat(Captured.run("status", campaign).out())
        .contains("trials     7 of 7, 7 complete")
        .contains("journal    2 lines cannot be read")
        .contains("edm2-search doctor " + campaign);
    assertThat(json("status", campaign, "--json").get("unreadable_lines").asInt()).isEqualTo(2);
  }
}
