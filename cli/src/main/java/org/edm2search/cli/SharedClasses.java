package org.edm2search.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.Logs;

/**
 * Loads the classes of commands that list a campaign, for the archive that the start script has
 * Java make of them once ({@code -XX:ArchiveClassesAtExit}): with it commands start in less time.
 */
final class SharedClasses {

  private static final String SAMPLE = "sample-journal.jsonl";

  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("status"),
          List.of("status", "--json"),
          List.of("show", "0"),
          List.of("leaderboard"),
          List.of("leaderboard", "--json"),
          List.of("leaderboard", "--csv"));

  private SharedClasses() {}

  /** Lists a small campaign. */
  public static void main(String[] args) throws IOException {
    Logs.takeStandardStreams();
    Path campaign = Files.createTempDirectory("edm2-search");
    Path journal = campaign.resolve("journal.jsonl");
    try (InputStream sample =
        Objects.requireNonNull(SharedClasses.class.getResourceAsStream(SAMPLE), SAMPLE)) {
      Files.copy(sample, journal);
      list(campaign);
    } finally {
      Files.deleteIfExists(journal);
      Files.deleteIfExists(campaign);
    }
  }

  private static void list(Path campaign) {
    Console nowhere =
        Console.ofProcess(OutputStream.nullOutputStream(), "", Map.of(), "edm2-search");
    for (List<String> command : COMMANDS) {
      List<String> words = new ArrayList<>(command);
      words.add(campaign.toString());
      if (Main.run(nowhere, words.toArray(String[]::new)) != 0) {
        throw new IllegalStateException("the sample cannot be listed: " + words);
      }
    }
  }
}
