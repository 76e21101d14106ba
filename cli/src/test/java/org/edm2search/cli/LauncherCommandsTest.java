package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the start script says of a campaign's file before anything is spent. */
class LauncherCommandsTest {

  @TempDir private Path directory;
  private Launcher launcher;

  @BeforeEach
  void unpack() throws Exception {
    launcher = Launcher.in(directory);
  }

  private Path file(String right, String wrong) throws IOException {
    String text = Example.tiny(directory.resolve("campaign"));
    assertThat(text).contains(right);
    return Files.writeString(directory.resolve("campaign.yaml"), text.replace(right, wrong));
  }

  @Test
  void attentionAtAResolutionThatNoLevelHasIsRefused() throws Exception {
    Path file = file("attn_resolutions: []", "attn_resolutions: [7]");
    for (String command : new String[] {"validate", "run", "cost"}) {
      Captured refused = launcher.run(command, file);
      assertThat(refused.code()).as(refused.out()).isEqualTo(2);
      assertThat(refused.err())
          .hasLineCount(1)
          .contains("network.attn_resolutions: no level has 7 pixels; the levels have 8, 4");
    }
    assertThat(directory.resolve("campaign")).doesNotExist();
  }

  @Test
  void aCampaignsFileHasACostAndAProfile() throws Exception {
    Path file = file("trials: 3", "trials: 3");
    Captured cost = launcher.run("cost", "A", file, "--json");
    assertThat(cost.code()).as(cost.err()).isZero();
    assertThat(cost.out()).contains("campaign.yaml", "856998");
    Captured profile = launcher.run("profile", file, "--runs", 1, "--latency-only", "--json");
    assertThat(profile.code()).as(profile.err()).isZero();
    JsonNode measured = JsonMapper.shared().readTree(profile.out()).get("networks").get(0);
    assertThat(measured.get("name").asString()).isEqualTo("campaign");
    assertThat(measured.get("parameters").asInt()).isEqualTo(24_435);
  }

  @Test
  void diskAndMemoryBeyondWhatThereIsAreWarnedOf() throws Exception {
    Path many = file("snapshot_images: 192", "snapshot_images: 64");
    Files.writeString(
        many,
        Files.readString(many).replace("trials: 3", "trials: 100000").replace("1.0e9", "600T"));
    Captured disk = launcher.run("validate", many);
    assertThat(disk.code()).as(disk.err()).isZero();
    assertThat(disk.err()).contains("warning: ", "B of disk, but", "are free: fewer trials");
    Path large =
        file(
            "model_channels: 8, channel_mult: [1, 2]",
            "model_channels: 8192, channel_mult: [1, 1]");
    Files.writeString(large, Files.readString(large).replace("1.0e9", "600T"));
    Captured memory = launcher.run("validate", large);
    assertThat(memory.code()).as(memory.err()).isZero();
    assertThat(memory.err())
        .contains("warning: a trial will need about", "B of memory, but the machine has");
  }

  @Test
  void theFirstListingMakesAnArchiveOfClassesThatLaterCommandsTakeThemFrom() throws Exception {
    Path script = Distribution.unpack(directory.resolve("shipped"));
    Path lib = directory.resolve("shipped/lib");
    Path campaign = Files.createDirectories(directory.resolve("listed"));
    try (InputStream sample = SharedClasses.class.getResourceAsStream("sample-journal.jsonl")) {
      Files.copy(sample, campaign.resolve("journal.jsonl"));
    }
    Captured first = CommandLineProcess.launch(script, directory, "status", campaign).await();
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(archives(lib)).hasSize(1).allSatisfy(made -> assertThat(made).isNotEmptyFile());

    Path loaded = directory.resolve("loaded.txt");
    List<String> logging =
        List.of(
            "sh",
            "-c",
            "EDM2_SEARCH_JAVA_OPTS=-Xlog:class+load:file=%s exec sh '%s' \"$@\""
                .formatted(loaded, script),
            "sh");
    Captured second = CommandLineProcess.start(logging, directory, "leaderboard", campaign).await();
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(loaded).content().contains("org.edm2search.cli.Main source: shared objects file");

    try (Stream<Path> files = Files.list(lib)) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        Files.setLastModifiedTime(jar, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
      }
    }
    Captured other = CommandLineProcess.start(logging, directory, "leaderboard", campaign).await();
    assertThat(other.out()).as("with other jars").isEqualTo(second.out());
    assertThat(other.err()).isEqualTo(second.err());
    assertThat(loaded)
        .content()
        .contains("org.edm2search.cli.Main source: file:")
        .doesNotContain("org.edm2search.cli.Main source: shared objects file");
  }

  private static List<Path> archives(Path lib) throws IOException {
    try (Stream<Path> files = Files.list(lib)) {
      return files.filter(file -> file.toString().endsWith(".jsa")).toList();
    }
  }
}
