package org.edm2search.campaign.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.TrialState;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores that earlier versions wrote. */
final class OldStoreTest {

  @TempDir Path folder;

  private Path stored(String name) throws IOException {
    Path file = folder.resolve("campaign.mv.db");
    try (InputStream in =
        Objects.requireNonNull(OldStoreTest.class.getResourceAsStream("/stores/" + name))) {
      Files.copy(in, file);
    }
    return file;
  }

  /** The quickstart's eight trials, run by b4b5f7d. */
  @Test
  void aCampaignOfSchema2GoesOnAndRanksTheSame() throws IOException {
    Path file = stored("schema-2.mv.db");
    byte[] bytes = Files.readAllBytes(file);
    assertThat(H2TrialStore.isOld(file)).isTrue();
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    for (int opened = 0; opened < 2; opened++) {
      try (TrialStore store = H2TrialStore.open(file)) {
        assertThat(store.trials()).hasSize(8).allMatch(t -> t.state() == TrialState.COMPLETE);
        assertThat(store.trials())
            .allMatch(
                t ->
                    t.spent().training().doubleValue()
                        == t.measurement()
                            .orElseThrow()
                            .value(Quantity.TRAINING_FLOPS)
                            .orElseThrow())
            .allMatch(t -> t.spent().total().signum() > 0);
        Leaderboard.Table table = Leaderboard.of(store.trials()).tables().get(0);
        assertThat(table.rows().get(0).trial().number()).isEqualTo(4);
        assertThat(table.rows().get(0).score()).isEqualTo(5.102059119928185);
        assertThat(table.rows().stream().map(row -> row.trial().number()).toList())
            .isEqualTo(List.of(4, 3, 5, 6, 0, 2, 7, 1));
        assertThat(store.losses(7)).hasSizeGreaterThan(100);
        assertThat(store.strategyState()).isPresent();
        assertThat(store.rejections()).hasSize(1);
        assertThat(store.campaign().orElseThrow().plannedTrials()).isEqualTo(8);
        assertThat(store.trial(4).orElseThrow().provenance().orElseThrow().digests())
            .containsKey("config");
      }
    }
    assertThat(H2TrialStore.isOld(file)).isFalse();
    assertThat(StoreBackup.trials(folder.resolve("campaign-before-3.zip"))).isEqualTo(8);
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void oneNumberThatIsNoneDoesNotMakeACampaignUnreadable() throws IOException {
    Path file = stored("schema-2.mv.db");
    Jdbi.create("jdbc:h2:file:" + folder.resolve("campaign"), "sa", "")
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE quantity SET amount = CAST('NaN' AS DOUBLE PRECISION)"
                        + " WHERE trial = 4 AND position = 0 OR trial = 5 AND position = 1"));
    try (TrialStore store = H2TrialStore.open(file)) {
      assertThat(store.trials()).hasSize(8);
      assertThat(store.trial(4).orElseThrow().reason()).isEqualTo("its score is NaN");
      assertThat(store.trial(5).orElseThrow().score()).isPresent();
    }
  }

  @Test
  void aStoreOfSchema1IsBroughtToThisOne() throws IOException {
    Path file = stored("schema-1.mv.db");
    try (TrialStore store = H2TrialStore.open(file)) {
      assertThat(store.trials()).isEmpty();
      assertThat(store.campaign()).isEmpty();
    }
  }
}
