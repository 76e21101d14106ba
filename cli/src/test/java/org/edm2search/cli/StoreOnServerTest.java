package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Predicate;
import org.edm2search.campaign.journal.CampaignSnapshot;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A campaign whose store is on a PostgreSQL server of the test's own, through the launcher. */
@Tag("slow")
class StoreOnServerTest {

  private static final int NOT_INSTALLED = 3;
  private static final String FLOPS = "3e9";

  @TempDir private Path directory;
  @TempDir private Path server;

  private boolean started;
  private int port;
  private String password;

  private void start() throws Exception {
    server("start", port);
    started = true;
  }

  private void stop() throws Exception {
    server("stop", port);
    started = false;
  }

  private void server(String what, int port) throws Exception {
    Process process =
        new ProcessBuilder(
                "sh", "../campaign/postgres", what, server.toString(), Integer.toString(port))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    assumeTrue(code != NOT_INSTALLED, said);
    assertThat(code).as(said).isZero();
  }

  private void startOnAFreePort() throws Exception {
    Files.setPosixFilePermissions(server, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    start();
    password = Files.readString(server.resolve("pgpass")).strip().split(":")[4];
  }

  @AfterEach
  void end() throws Exception {
    if (started) {
      stop();
    }
  }

  private OwnCampaign onServer(String name) throws IOException {
    OwnCampaign campaign =
        OwnCampaign.in(Files.createDirectories(directory.resolve(name)), "", FLOPS);
    Files.writeString(
        campaign.directory().resolve("photos.yaml"),
        "store: {kind: postgresql, url: \"postgresql://localhost:%d/edm2%s\", user: edm2}%n"
            .formatted(port, "?sslmode=verify-full&sslrootcert=" + server.resolve("server.crt")),
        StandardOpenOption.APPEND);
    return campaign;
  }

  private CommandLineProcess launch(OwnCampaign campaign, Object... arguments) throws IOException {
    Path script = campaign.directory().resolve("distribution/bin/edm2-search");
    return CommandLineProcess.start(
        List.of("env", "PGPASSWORD=" + password, "sh", script.toString()),
        campaign.directory(),
        arguments);
  }

  private static void await(OwnCampaign campaign, Predicate<CampaignSnapshot> condition)
      throws InterruptedException {
    for (int attempt = 0; attempt < 3000; attempt++) {
      if (Files.exists(campaign.campaign().journal()) && condition.test(campaign.snapshot())) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("never came");
  }

  private static Predicate<CampaignSnapshot> complete(int trials) {
    return snapshot ->
        snapshot.trials().stream().filter(trial -> trial.state() == TrialState.COMPLETE).count()
            >= trials;
  }

  private static void refused(Captured refused, int code, String... expected) {
    assertThat(refused.code()).as(refused.err()).isEqualTo(code);
    assertThat(refused.err()).hasLineCount(1).contains(expected).doesNotContain("Exception");
  }

  @Test
  void aTeamsCampaignIsTheSameAsOneInAFileAndSurvivesWhatHappens() throws Exception {
    startOnAFreePort();
    OwnCampaign inFile =
        OwnCampaign.in(Files.createDirectories(directory.resolve("file")), "", FLOPS);
    inFile.run("run", "photos.yaml", "--quiet");

    OwnCampaign campaign = onServer("server");
    CommandLineProcess run = launch(campaign, "run", "photos.yaml");
    await(campaign, complete(1));
    campaign.campaign().requestPause();
    assertThat(run.children()).isNotEmpty();
    for (ProcessHandle worker : run.children()) {
      Path environment = Path.of("/proc/%d/environ".formatted(worker.pid()));
      assertThat(Files.readString(environment, StandardCharsets.ISO_8859_1))
          .contains("XDG_STATE_HOME=")
          .doesNotContain("PGPASSWORD");
    }
    OwnCampaign copy = onServer("copy");
    Files.createDirectories(copy.campaign().path());
    Files.copy(
        campaign.campaign().path().resolve("store.json"),
        copy.campaign().path().resolve("store.json"));
    refused(
        launch(copy, "run", "photos.yaml").await(),
        1,
        "store.url: this campaign is already being run by 'edm2-search ",
        " photos', connected as edm2");

    stop();
    assertThat(campaign.run("status", "photos").out()).contains("of 4");
    campaign.run("resume", "photos");
    run.awaitError("was lost (");
    start();
    run.awaitError("is there again");
    await(campaign, complete(2));
    assertThat(campaign.snapshot()).matches(Predicate.not(complete(4)));
    stop();
    run.awaitError("was lost (", 2);
    run.signal("TERM");
    Captured interrupted = run.await();
    assertThat(interrupted.code()).as(interrupted.err()).isEqualTo(143);
    assertThat(interrupted.err())
        .contains("is not waited for any longer; the same command goes on")
        .doesNotContain("Exception");
    start();

    Captured end = launch(campaign, "run", "photos.yaml", "--quiet").await();
    assertThat(end.code()).as(end.err()).isZero();
    assertThat(campaign.snapshot().trials())
        .hasSize(4)
        .extracting(Trial::candidate)
        .isEqualTo(inFile.snapshot().trials().stream().map(Trial::candidate).toList());
    assertThat(campaign.snapshot().trials())
        .extracting(Trial::score)
        .isEqualTo(inFile.snapshot().trials().stream().map(Trial::score).toList());
    assertThat(campaign.campaign().store()).doesNotExist();

    Captured doctor = launch(campaign, "doctor", "photos").await();
    assertThat(doctor.out()).as(doctor.err()).contains("holds 4 trials", "localhost", "pg_dump");
    stop();
    refused(
        launch(campaign, "retry", 1, "photos").await(), 1, "store.url: no connection to localhost");
  }
}
