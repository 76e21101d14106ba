package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Campaigns through the start script where the system refuses to write: full, read-only, and
 * somebody else's. None of it is damage.
 */
@Tag("slow")
class StorageFaultsTest {

  private static final String NOBODY = "65534";

  @TempDir private static Path shared;

  private static Path script;
  private static Path finished;

  @TempDir private Path directory;

  private final List<Path> mounted = new ArrayList<>();

  @BeforeAll
  static void runACampaign() throws Exception {
    script = Distribution.unpack(shared);
    finished = shared.resolve("finished");
    Captured end =
        CommandLineProcess.launch(script, shared, "run", file(shared, finished), "--quiet").await();
    assertThat(end.code()).as(end.err()).isZero();
    assertThat(Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x")))
        .isNotNull();
  }

  private static Path file(Path directory, Path campaign) throws IOException {
    return Files.writeString(
        directory.resolve("tiny.yaml"),
        Example.tiny(campaign) + "executor: {workers: 2, pause: 0s, retries: 1}\n");
  }

  @AfterEach
  void unmount() throws Exception {
    for (Path path : mounted) {
      system("umount", "-l", path);
    }
  }

  private static int system(Object... words) throws Exception {
    return new ProcessBuilder(Stream.of(words).map(Object::toString).toList())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  /** A file system of its own in memory. */
  private Path disk(String size) throws Exception {
    Path disk = Files.createDirectories(directory.resolve("disk"));
    boolean done = system("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", disk) == 0;
    assumeTrue(done, "this user may not mount a small disk");
    mounted.add(disk);
    return disk;
  }

  private static void remount(Path disk, String options) throws Exception {
    assertThat(system("mount", "-o", "remount," + options, disk)).isZero();
  }

  private Captured run(Object... arguments) throws Exception {
    return CommandLineProcess.launch(script, directory, arguments).await();
  }

  /** Before, the reason was that a copy "cannot be read", or H2's of a failed write. */
  @ParameterizedTest
  @ValueSource(strings = {"64k", "1400k"})
  void aFullDiskStopsTheRunWhichGoesOnOnceThereIsSpace(String size) throws Exception {
    Path disk = disk(size);
    Path campaign = disk.resolve("campaign");
    Path file = file(directory, campaign);
    Captured halted = run("run", file);
    assertThat(halted.code()).as(halted.err()).isEqualTo(1);
    String last = halted.errors().get(halted.errors().size() - 1);
    assertThat(last)
        .contains("No space left on device")
        .containsAnyOf("free space, then run again", "mend the cause and run it again")
        .doesNotContain("damaged", "aside", "Exception", "backup");
    remount(disk, "size=64m");
    Captured end = run("run", file);
    assertThat(end.code()).as(end.err()).isZero();
    try (TrialReader reader = new CampaignDirectory(campaign).read();
        TrialReader elsewhere = new CampaignDirectory(finished).read()) {
      assertThat(reader.trials())
          .hasSize(3)
          .extracting(Trial::state)
          .containsOnly(TrialState.COMPLETE);
      assertThat(reader.trials().stream().map(Trial::score))
          .isEqualTo(elsewhere.trials().stream().map(Trial::score).toList());
    }
  }

  @Test
  void aReadOnlyDiskIsReadAndCalledThat() throws Exception {
    Path disk = disk("64m");
    assertThat(system("cp", "-r", finished, disk.resolve("campaign"))).isZero();
    remount(disk, "ro");
    Path campaign = disk.resolve("campaign");
    requireReadable(List.of(), campaign);
    for (Captured refused :
        List.of(
            run("run", file(directory, campaign)),
            run("doctor", campaign),
            run("retry", 0, campaign))) {
      assertThat(refused.code()).as(refused.err()).isEqualTo(1);
      assertThat(refused.err())
          .hasLineCount(1)
          .containsIgnoringCase("read-only")
          .doesNotContain("damaged", "aside", "Exception");
    }
  }

  @Test
  void anotherUserReadsACampaignAndIsToldThatItIsNotTheirs() throws Exception {
    Path campaign = directory.resolve("campaign");
    assertThat(system("cp", "-r", finished, campaign)).isZero();
    assertThat(system("chmod", "-R", "u-w,go-w", campaign)).isZero();
    assertThat(system("chmod", "755", directory)).isZero();
    List<String> as =
        List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    boolean root = system(Stream.concat(as.stream(), Stream.of("true")).toArray()) == 0;
    assumeTrue(root, "this user may not become another");
    assertThat(system("chmod", "700", campaign.resolve("logs"))).isZero();
    requireReadable(as, campaign);
    Captured doctor = run(as, "doctor", campaign);
    assertThat(doctor.err()).hasLineCount(1).contains("access denied", "on a copy", "only read");
    Captured refused = run(as, "run", file(directory, campaign));
    assertThat(refused.code()).as(refused.err()).isEqualTo(1);
    assertThat(refused.err())
        .hasLineCount(1)
        .contains("this user may not write it", "status, leaderboard, show and serve only read")
        .doesNotContain("damaged", "aside", "Exception");
  }

  private Captured run(List<String> as, Object... arguments) throws Exception {
    return start(as, arguments).await();
  }

  private CommandLineProcess start(List<String> as, Object... arguments) throws Exception {
    List<String> program = new ArrayList<>(as);
    program.addAll(List.of("sh", script.toString()));
    return CommandLineProcess.start(program, directory, arguments);
  }

  /** Whoever may read a campaign can look at it in every way, and take its model. */
  private void requireReadable(List<String> as, Path campaign) throws Exception {
    Captured status = run(as, "status", campaign);
    assertThat(status.out()).as(status.err()).contains("3 of 3, 3 complete");
    Captured leaderboard = run(as, "leaderboard", campaign);
    assertThat(leaderboard.out()).as(leaderboard.err()).contains("G* 0");
    Captured show = run(as, "show", 1, campaign);
    assertThat(show.code()).as(show.err()).isZero();
    Path bundles = Files.createDirectories(directory.resolve("bundles"));
    assertThat(system("chmod", "777", bundles)).isZero();
    Captured export = run(as, "export", campaign, "--out", bundles.resolve("best"));
    assertThat(export.code()).as(export.err()).isZero();
    assertThat(bundles.resolve("best/README.md")).exists();
    CommandLineProcess serve = start(as, "serve", campaign, "--port", 0);
    try {
      String url = serve.awaitOutput("Ctrl-C ends").replaceFirst("(?s).* at (http\\S+).*", "$1");
      try (InputStream page = URI.create(url + "campaigns/campaign").toURL().openStream()) {
        assertThat(new String(page.readAllBytes(), StandardCharsets.UTF_8)).contains("trial-2");
      }
    } finally {
      serve.kill();
    }
  }

  /** The forecast of a campaign's disk beside what it then wrote. */
  @Test
  void theDiskThatACampaignTakesIsPredicted() throws Exception {
    Captured validated = run("validate", file(directory, finished), "--json");
    JsonNode forecast = JsonMapper.shared().readTree(validated.out()).get("forecast");
    long written;
    try (Stream<Path> files = Files.walk(finished.resolve("trials"))) {
      written =
          files
              .filter(path -> path.toString().endsWith(".safetensors"))
              .mapToLong(path -> path.toFile().length())
              .sum();
    }
    assertThat(written / forecast.get("disk_bytes").asDouble()).isBetween(0.8, 1.25);
  }
}
