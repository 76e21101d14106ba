package org.edm2search.campaign.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipInputStream;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.yaml.InvalidConfigException;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

final class H2TrialStoreTest extends TrialStoreContract {

  private Path file() {
    return folder.resolve("campaign.mv.db");
  }

  @Override
  protected TrialStore open() {
    return H2TrialStore.open(file());
  }

  @Test
  void keepsEverythingWhenReopened() {
    Trial running = running(0);
    store.close();
    store = open();
    assertThat(store.trials()).containsExactly(running);
  }

  @Test
  void aDamagedFileSaysWhatToDo() throws IOException {
    store.close();
    Path damaged = folder.resolve("damaged.mv.db");
    Files.writeString(damaged, "not a database at all".repeat(1000));
    assertThatThrownBy(() -> H2TrialStore.open(damaged))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("damaged.mv.db")
        .hasMessageContaining("move it aside")
        .hasMessageContaining("unzip backup.zip");
  }

  @Test
  void aTruncatedFileSaysWhatToDo() throws IOException {
    running(0);
    store.close();
    byte[] bytes = Files.readAllBytes(file());
    Files.write(file(), Arrays.copyOf(bytes, 5000));
    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("move it aside");
  }

  @Test
  void aNewerSchemaIsRefused() {
    store.close();
    String url = "jdbc:h2:file:" + folder.resolve("campaign").toAbsolutePath();
    Jdbi.create(url, "sa", "")
        .useHandle(
            handle -> handle.execute("INSERT INTO schema_version VALUES (99, CURRENT_TIMESTAMP)"));
    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("newer edm2-search (schema 99");
  }

  @Test
  void anUnchangedSchemaIsMigratedOnce() {
    store.close();
    store = open();
    store.create(waiting(0), List.of(), "{}");
    store.close();
    store = open();
    assertThat(store.trials()).hasSize(1);
  }

  @Test
  void aMigrationKilledHalfwayIsCompleted() {
    store.close();
    Jdbi.create("jdbc:h2:file:" + folder.resolve("campaign").toAbsolutePath(), "sa", "")
        .useHandle(
            handle -> {
              handle.execute("DELETE FROM schema_version");
              handle.execute("DROP TABLE trial_progress");
            });
    store = open();
    running(0);
    assertThat(store.progress()).isEmpty();
  }

  @Test
  void aClosedStoreSaysSo() {
    store.close();
    assertThatThrownBy(store::trials).hasMessageContaining("the store is closed");
    store.close();
  }

  @Test
  void theBackupRestoresADamagedFile() throws IOException {
    Trial running = running(0);
    Path backup = folder.resolve("backup.zip");
    store.backup(backup);
    store.close();
    Files.writeString(file(), "damaged");
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(backup))) {
      assertThat(zip.getNextEntry().getName()).isEqualTo("campaign.mv.db");
      Files.write(file(), zip.readAllBytes());
    }
    store = open();
    assertThat(store.trials()).containsExactly(running);
  }
}
