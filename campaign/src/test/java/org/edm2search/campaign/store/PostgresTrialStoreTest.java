package org.edm2search.campaign.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.edm2search.campaign.Examples.NOW;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.InvalidConfigException;
import org.edm2search.space.yaml.Section;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract, and what only a server can do to a store, on a PostgreSQL of the test's own. */
final class PostgresTrialStoreTest extends TrialStoreContract {

  @TempDir private static Path files;
  private static PostgresProcess server;

  @BeforeAll
  static void startServer() throws Exception {
    server = PostgresProcess.start(files);
  }

  @AfterAll
  static void stopServer() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Override
  protected TrialStore open() {
    return PostgresTrialStore.open(server.settings(", reconnect: 60s"), folder);
  }

  private String schema() {
    return CampaignSchema.read(PostgresTrialStore.file(folder)).orElseThrow().name();
  }

  private void refuses(StoreOnServer settings, String expected) {
    assertThatThrownBy(() -> PostgresTrialStore.open(settings, folder))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageStartingWith("photos.yaml:1: ")
        .hasMessageContaining(expected)
        .hasMessageNotContaining("\n");
  }

  /** A server's own copies are whoever's who runs it. */
  @Test
  @Override
  void backsUp() {
    running(0);
    Path backup = folder.resolve("backup.zip");
    store.backup(backup);
    assertThat(backup).doesNotExist();
  }

  @Test
  void keepsEverythingWhenReopened() {
    Trial running = running(0);
    store.close();
    store = open();
    assertThat(store.trials()).containsExactly(running);
  }

  @Test
  void aServerThatIsStartedAgainIsFoundAgain() throws Exception {
    Trial running = running(0);
    server.stop();
    CompletableFuture<List<Trial>> read = CompletableFuture.supplyAsync(store::trials);
    CompletableFuture<Void> write =
        CompletableFuture.runAsync(() -> store.record(0, new LossPoint(64, 0.5)));
    server.start();
    assertThat(read.get(1, TimeUnit.MINUTES)).containsExactly(running);
    write.get(1, TimeUnit.MINUTES);
    assertThat(store.losses(0)).containsExactly(new LossPoint(64, 0.5));
  }

  private void reopen(Relay relay, String more) {
    store.close();
    store = PostgresTrialStore.open(server.settings(relay.port(), more), folder);
  }

  /** Its own old connection may hold the lock for hours, where the network went and came. */
  @Test
  void aConnectionThatIsLostWithoutTheServersKnowledgeIsTakenOver() throws Exception {
    Trial running = running(0);
    try (Relay relay = Relay.to(server.port())) {
      reopen(relay, ", reconnect: 60s");
      relay.forget();
      assertThat(store.trials()).containsExactly(running);
      store.record(0, new LossPoint(64, 0.5));
    }
  }

  /** The answer to a commit is lost: it must not be done twice, and must not be done never. */
  @Test
  void aCommitWhoseAnswerWasLostIsNotRepeated() throws Exception {
    running(0);
    try (Relay relay = Relay.to(server.port())) {
      reopen(relay, ", reconnect: 60s");
      for (int answers = 0; answers < 12; answers++) {
        long before = store.revision();
        relay.forgetAfterAnswers(answers);
        store.record(new Attempt(0, FailureKind.CRASHED, "" + answers, NOW, NOW));
        assertThat(store.revision()).isEqualTo(before + 1);
        assertThat(store.attempts()).hasSize(answers + 1);
      }
    }
    long revision = store.revision();
    store.close();
    store = open();
    assertThat(store.revision()).isEqualTo(revision);
  }

  @Test
  void aServerThatStaysAwayEndsTheStore() throws Exception {
    Trial running = running(0);
    store.close();
    store = PostgresTrialStore.open(server.settings(", reconnect: 0s"), folder);
    server.stop();
    try {
      assertThatThrownBy(() -> store.trials())
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("photos.yaml:1: url: no connection to 127.0.0.1:")
          .hasMessageContaining("start the server")
          .hasMessageNotContaining("\n");
      refuses(server.settings(""), "url: no connection to 127.0.0.1:");
    } finally {
      server.start();
    }
    store.close();
    store = open();
    assertThat(store.trials()).containsExactly(running);
  }

  @Test
  void aSecondProcessIsToldWhoHasTheCampaign() {
    running(0);
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("already being run by 'edm2-search %d@".formatted(pid()))
        .hasMessageContaining("connected as edm2");
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  @Test
  void whoeverWasOvertakenWhileTheConnectionWasLostEnds() throws Exception {
    Trial running = running(0);
    try (Relay relay = Relay.to(server.port())) {
      reopen(relay, ", reconnect: 60s");
      relay.cut();
      TrialStore other = openWhenFree();
      other.record(0, new LossPoint(64, 0.5));
      other.close();
      relay.mend();
      assertThatThrownBy(() -> store.record(0, new LossPoint(128, 0.5)))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("another process has run this campaign");
      store.close();
      store = open();
      assertThat(store.trials()).containsExactly(running);
      assertThat(store.losses(0)).containsExactly(new LossPoint(64, 0.5));
    }
  }

  /** The server needs a moment to notice that a connection has ended. */
  private TrialStore openWhenFree() throws InterruptedException {
    for (int attempt = 0; attempt < 600; attempt++) {
      try {
        return open();
      } catch (StoreException e) {
        assertThat(e).hasMessageContaining("already being run");
        Thread.sleep(100);
      }
    }
    throw new AssertionError("the lock was never dropped");
  }

  @Test
  void whatAServerRefusesIsSaidInALine() throws Exception {
    store.close();
    String secret = server.password();
    refuses(server.settings("edm2", "edm2", "wrong", ""), "user: 127.0.0.1:");
    refuses(server.settings("edm2", "nobody", "x", ""), "PGPASSWORD");
    refuses(server.settings("other", "edm2", secret, ""), "there is no database 'other'");
    server.sql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    Files.delete(PostgresTrialStore.file(folder));
    refuses(server.settings("latin", "edm2", secret, ""), "createdb --encoding=UTF8");
    store = open();
    server.sql("ALTER SCHEMA %s RENAME TO elsewhere".formatted(schema()));
    store.close();
    refuses(server.settings(""), "restore it (pg_restore)");
    server.sql("ALTER SCHEMA elsewhere RENAME TO " + schema());
    store = open();
  }

  @Test
  void aRoleThatMayNotMakeSchemasIsToldWhatToDo() throws Exception {
    store.close();
    Files.delete(PostgresTrialStore.file(folder));
    server.sql("CREATE ROLE guest LOGIN PASSWORD 'guest'");
    refuses(server.settings("edm2", "guest", "guest", ""), "GRANT CREATE ON DATABASE \"edm2\"");
    server.sql("CREATE SCHEMA guests AUTHORIZATION guest");
    store =
        PostgresTrialStore.open(
            server.settings("edm2", "guest", "guest", ", schema: guests"), folder);
    running(0);
    store.close();
    server.sql("REVOKE ALL ON ALL TABLES IN SCHEMA guests FROM guest");
    refuses(server.settings("edm2", "guest", "guest", ""), "may not do this");
    server.sql("GRANT ALL ON ALL TABLES IN SCHEMA guests TO guest");
  }

  /** One of somebody else's, named in their campaign's directory, could keep what it is told. */
  @ParameterizedTest
  @ValueSource(strings = {"trust", "password"})
  void aServerThatWouldNotProveAnythingIsRefused(String method) throws Exception {
    store.close();
    Path rules = files.resolve("data/pg_hba.conf");
    String before = Files.readString(rules);
    Files.writeString(rules, before.replace("scram-sha-256", method));
    server.sql("SELECT pg_reload_conf()");
    try {
      refuses(server.settings(""), "let the line of this database say scram-sha-256");
    } finally {
      Files.writeString(rules, before);
      server.stop();
      server.start();
    }
  }

  @Test
  void aServerProvesItselfByItsCertificate() throws Exception {
    Trial running = running(0);
    store.close();
    Path certificate = files.resolve("server.crt");
    String verified = "sslmode=verify-full&sslrootcert=";
    refuses(server.settings("127.0.0.1", verified, certificate), "is not of that host");
    Path none = folder.resolve("none.crt");
    refuses(server.settings("localhost", verified, none), "url: %s: is missing".formatted(none));
    Path key = folder.resolve("another.key");
    Path another = folder.resolve("another.crt");
    new ProcessBuilder(
            "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -keyout %s -out %s"
                .formatted(key, another)
                .split(" "))
        .start()
        .waitFor();
    refuses(server.settings("localhost", verified, key), "must hold certificates");
    refuses(server.settings("localhost", verified, another), "is not signed by any of " + another);
    store = PostgresTrialStore.open(server.settings("localhost", verified, certificate), folder);
    assertThat(store.trials()).containsExactly(running);
    // A client's certificate that it can show; this server does not ask for one.
    Path same = Files.copy(certificate, folder.resolve("same.crt"));
    String mutual = "sslmode=require&sslkey=%s&sslcert=".formatted(key);
    refuses(server.settings("localhost", mutual, same), key + ": must be the key of " + same);
    store.close();
    store = PostgresTrialStore.open(server.settings("localhost", mutual, another), folder);
    store.close();
    server.sql("ALTER SYSTEM SET ssl = off");
    server.stop();
    server.start();
    refuses(server.settings("localhost", verified, certificate), "does not encrypt");
    store = open();
  }

  /** Whoever pressed Ctrl-C does not wait for a server, however long the campaign would. */
  @Test
  void aLostConnectionIsNotWaitedForWhenTheRunIsToEnd() throws Exception {
    Trial running = running(0);
    try (Relay relay = Relay.to(server.port())) {
      reopen(relay, ", reconnect: 24h");
      CountDownLatch lost = new CountDownLatch(1);
      store.onConnectionNews(news -> lost.countDown());
      relay.cut();
      CompletableFuture<List<Trial>> read = CompletableFuture.supplyAsync(store::trials);
      assertThat(lost.await(1, TimeUnit.MINUTES)).isTrue();
      store.waitNoLonger();
      assertThat(read)
          .failsWithin(Duration.ofMinutes(1))
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(StoreAbandonedException.class)
          .withMessageContaining("the same command goes on");
      assertThatThrownBy(() -> store.record(0, new LossPoint(64, 0.5)))
          .isInstanceOf(StoreAbandonedException.class);
      store.close();
    }
    store = openWhenFree();
    assertThat(store.trials()).containsExactly(running);
  }

  @Test
  void aServersTimeLimitsAreNotTheCampaigns() {
    server.sql("ALTER ROLE edm2 SET statement_timeout = 1");
    assertThatCode(() -> server.sql("SELECT pg_sleep(0.2)")).doesNotThrowAnyException();
    server.sql("ALTER ROLE edm2 RESET ALL");
  }

  @Test
  void passwordsThatOthersMayReadAreRefused() throws Exception {
    Path passwords = Files.writeString(folder.resolve("pgpass"), "*:*:*:*:x");
    Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-r-----"));
    Section section = Section.parse("{url: 'postgresql://127.0.0.1/x', user: x}", "photos.yaml");
    PostgresServer careless =
        PostgresServer.read(section, Map.of("PGPASSFILE", passwords.toString()));
    assertThatThrownBy(() -> careless.connect("test", "public"))
        .hasMessage(passwords + ": others may read these passwords; chmod 600 it");
  }

  @Test
  void anOldServerIsRefused() {
    Connection old =
        mock(
            Connection.class,
            "getMetaData",
            mock(DatabaseMetaData.class, "getDatabaseMajorVersion", 14));
    assertThatThrownBy(() -> server.settings("").server().requireVersion(old))
        .hasMessageContaining("is PostgreSQL 14, but a store needs 15 or newer");
  }

  private static <T> T mock(Class<T> type, String method, Object answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, called, arguments) -> called.getName().equals(method) ? answer : null));
  }

  @Test
  void aSchemaKeepsOneCampaign() {
    store.close();
    Path another = folder.resolve("another");
    folder.resolve("first").toFile().mkdir();
    another.toFile().mkdir();
    StoreOnServer settings = server.settings(", schema: shared");
    store = PostgresTrialStore.open(settings, folder.resolve("first"));
    // Nothing was stored yet: whoever made it may have been killed before it knew.
    store.close();
    store = PostgresTrialStore.open(settings, another);
    running(0);
    store.close();
    folder.resolve("third").toFile().mkdir();
    assertThatThrownBy(() -> PostgresTrialStore.open(settings, folder.resolve("third")))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("schema: shared keeps another campaign");
  }

  @Test
  void aNewerSchemaIsRefused() {
    server.sql("INSERT INTO %s.schema_version VALUES (99, CURRENT_TIMESTAMP)".formatted(schema()));
    store.close();
    refuses(server.settings(""), "written by a newer edm2-search (schema 99");
  }
}
