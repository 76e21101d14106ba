package org.edm2search.campaign.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.edm2search.campaign.Examples;
import org.edm2search.campaign.trial.LossCurve;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;
import org.edm2search.space.yaml.InvalidConfigException;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /**
   * H2 then writes what it learnt of the columns into their definitions, once a table has grown.
   */
  @Test
  void aStoreThatGrewIsStillOurs() {
    Trial running = running(0);
    store.record(
        new LossCurve(0, IntStream.range(0, 5000).mapToObj(i -> new LossPoint(i, 0.5)).toList()));
    store.close();
    store = open();
    assertThat(store.trials()).containsExactly(running);
    assertThat(store.losses(0)).hasSize(5000);
  }

  @Test
  void aDamagedFileSaysWhatToDo() throws IOException {
    store.close();
    Path damaged = folder.resolve("damaged.mv.db");
    Files.writeString(damaged, "not a database at all".repeat(1000));
    assertDamaged(damaged);
    assertThat(damaged).hasContent("not a database at all".repeat(1000));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5000, 8192, 12_000})
  void aFileThatWasCutOffSaysWhatToDoAndIsLeftAsItIs(int length) throws IOException {
    running(0);
    store.close();
    byte[] bytes = Files.readAllBytes(file());
    assertThat(bytes.length).isGreaterThan(length);
    Files.write(file(), Arrays.copyOf(bytes, length));
    assertDamaged(file());
    assertThat(Files.readAllBytes(file())).isEqualTo(Arrays.copyOf(bytes, length));
  }

  private void assertDamaged(Path damaged) {
    assertThatThrownBy(() -> H2TrialStore.open(damaged))
        .isInstanceOf(DamagedStoreException.class)
        .hasMessageContaining(damaged.getFileName().toString())
        .hasMessageContaining("edm2-search doctor")
        .hasMessageContaining("backup.zip");
    assertThat(folder.resolve("damaged.trace.db")).doesNotExist();
  }

  @Test
  void aNewerSchemaIsRefused() {
    store.close();
    h2("INSERT INTO schema_version VALUES (99, CURRENT_TIMESTAMP)");
    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("newer edm2-search (schema 99");
  }

  private void h2(String... statements) {
    String url = "jdbc:h2:file:" + folder.resolve("campaign").toAbsolutePath();
    Jdbi.create(url, "sa", "").useHandle(handle -> List.of(statements).forEach(handle::execute));
  }

  /** Each was run by whoever opened the file: the trigger's source while the database opened. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE ALIAS taken AS 'void taken() throws Exception { %s }'",
        "CREATE ALIAS taken FOR \"java.lang.System.getProperty(java.lang.String)\"",
        "CREATE TRIGGER taken BEFORE INSERT ON trial AS 'org.h2.api.Trigger taken() throws Exception"
            + " { %s return new org.h2.tools.TriggerAdapter() { public void fire("
            + "java.sql.Connection c, java.sql.ResultSet o, java.sql.ResultSet n) {} }; }'",
        "CREATE VIEW taken AS SELECT * FROM trial",
        "CREATE DOMAIN taken AS INT DEFAULT 3",
        "CREATE CONSTANT taken VALUE 3",
        "CREATE SEQUENCE taken",
        "CREATE SCHEMA taken",
        "CREATE ROLE taken",
        "CREATE USER taken PASSWORD 'x'",
        "CREATE TABLE taken (id INT)",
        "ALTER TABLE trial ADD taken INT DEFAULT 3",
        "ALTER TABLE trial ADD CONSTRAINT taken CHECK (number < 1000)",
      })
  void aFileThatCouldRunCodeIsRefusedBeforeItIsOpened(String definition) throws IOException {
    store.close();
    Path proof = folder.resolve("proof");
    h2(definition.replace("%s", "new java.io.File(\"%s\").createNewFile();".formatted(proof)));
    Files.deleteIfExists(proof);
    byte[] bytes = Files.readAllBytes(file());
    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidConfigException.class)
        .isNotInstanceOf(DamagedStoreException.class)
        .hasMessageContaining("not opened, because it defines what this version does not know")
        .hasMessageNotContaining("\n");
    assertThat(proof).doesNotExist();
    assertThat(Files.readAllBytes(file())).isEqualTo(bytes);
  }

  @Test
  void aForgedLockFileLeadsNowhere() throws IOException {
    store.close();
    Path lock = folder.resolve("campaign.lock.db");
    String forged = "#FileLock\nmethod=file\nserver=192.0.2.1\\:9\nid=1\n";
    Files.writeString(lock, forged);
    store = open();
    running(0);
    assertThat(lock).hasContent(forged);
  }

  @Test
  void nothingListensAndNobodyElseMayReadIt() throws IOException {
    running(0);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    try (var files = Files.list(folder)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactly("campaign.mv.db");
    }
    store.close();
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-rw-rw-"));
    store = open();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void aFileThatAnotherHasOpenIsNotCalledDamaged() {
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("another process has it open; the store is unharmed");
  }

  @Test
  void aFileDeletedUnderItsUserIsNoticed() throws IOException {
    Trial running = running(0);
    byte[] bytes = Files.readAllBytes(file());
    Files.delete(file());
    assertThatThrownBy(() -> store.record(0, new LossPoint(1, 1)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("the store was deleted or replaced while it was open");
    Files.write(file(), bytes);
    assertThatThrownBy(() -> store.start(running)).isInstanceOf(StoreException.class);
  }

  @Test
  void aClosedStoreSaysSo() {
    store.close();
    assertThatThrownBy(store::trials).hasMessageContaining("the store is closed");
    store.close();
  }

  @Test
  void theBackupRestoresTheStore() throws IOException {
    Trial running = running(0);
    Path backup = folder.resolve("backup.zip");
    store.backup(backup);
    store.close();
    Files.delete(file());
    assertThat(StoreBackup.restore(backup, file())).isEqualTo(1);
    store = open();
    assertThat(store.trials()).containsExactly(running);
  }

  @Test
  void aCopyIsKeptUntilABetterOneWasFoundWhole() throws IOException {
    running(0);
    Path backup = folder.resolve("backup.zip");
    store.backup(backup);
    running(1);
    store.backup(backup);
    assertThat(StoreBackup.trials(backup)).isEqualTo(2);
    assertThat(StoreBackup.trials(StoreBackup.previous(backup))).isEqualTo(1);
    assertThatThrownBy(() -> StoreBackup.write(backup, fresh -> copy(backup, fresh), 3))
        .hasMessageContaining("holds 2 of 3 trials, so the old copy is kept");
    assertThatThrownBy(() -> StoreBackup.write(backup, fresh -> {}, 2))
        .hasMessageContaining("cannot be read");
    Files.delete(file());
    assertThatThrownBy(() -> store.backup(backup)).isInstanceOf(StoreException.class);
    assertThat(StoreBackup.trials(backup)).isEqualTo(2);
    assertThat(StoreBackup.trials(StoreBackup.previous(backup))).isEqualTo(1);
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatWasSupersededIsDroppedWhileItRuns() throws IOException {
    Trial running = running(0);
    String large = "x".repeat(500_000);
    long largest = 0;
    for (int i = 0; i < 600; i++) {
      CampaignRecord record = new CampaignRecord("n", "s", 1, 1, large, "d", Examples.NOW, "" + i);
      store.save(record);
      largest = Math.max(largest, Files.size(file()));
    }
    assertThat(largest).isGreaterThan(32 << 20);
    assertThat(Files.size(file())).isLessThan(largest);
    assertThat(store.trials()).containsExactly(running);
    assertThat(store.campaign().orElseThrow().note()).isEqualTo("599");
    store.close();
    store = open();
    assertThat(store.trials()).containsExactly(running);
  }

  @Test
  void aPointTakesLessThanAKilobyte() throws IOException {
    running(0);
    store.close();
    long before = Files.size(file());
    store = open();
    for (int batch = 0; batch < 20; batch++) {
      List<LossPoint> points = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        points.add(new LossPoint(batch * 10L + i, 1.0 / 3));
      }
      store.record(new LossCurve(0, points));
    }
    store.close();
    assertThat((Files.size(file()) - before) / 200).isLessThan(1024);
  }
}
