package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.journal.JournalReader;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A campaign that an earlier version began goes on with this one. */
@Tag("slow")
class OldCampaignTest {

  /** What version b4b5f7d scored and printed, by trial. */
  private static final List<String> SCORES = List.of("67.20", "74.42", "73.96");

  private static final List<Integer> RANKED = List.of(0, 2, 1);

  @TempDir private Path directory;

  @Test
  void scoresAndRanksStayAndTheNextTrialIsOfTheSameProtocol() throws Exception {
    Launcher launcher = Launcher.in(directory);
    Path campaign = Files.createDirectories(directory.resolve("campaign"));
    try (InputStream store =
        Objects.requireNonNull(getClass().getResourceAsStream("/stores/tiny-b4b5f7d.mv.db"))) {
      Files.copy(store, campaign.resolve("campaign.mv.db"));
    }
    Captured unread = launcher.run("status", campaign);
    assertThat(unread.err()).contains("there is no journal: an earlier version ran this campaign");
    Path file =
        Files.writeString(
            directory.resolve("tiny.yaml"),
            Example.tiny(campaign).replace("trials: 3", "trials: 4")
                + "executor: {workers: 1, pause: 0s}\n");
    Captured run = launcher.run("run", file);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("going on: 3 of 4 trials are finished");
    try (JournalReader reader = new CampaignDirectory(campaign).read()) {
      List<Trial> trials = reader.trials();
      assertThat(trials).hasSize(4).extracting(Trial::state).containsOnly(TrialState.COMPLETE);
      assertThat(trials.stream().map(t -> t.measurement().orElseThrow().protocol()).distinct())
          .hasSize(1);
      assertThat(
              trials.stream().limit(3).map(t -> "%.2f".formatted(t.score().orElseThrow())).toList())
          .isEqualTo(SCORES);
      assertThat(reader.losses(1)).isNotEmpty();
    }
    List<Integer> ranked =
        launcher
            .run("leaderboard", campaign, "--csv")
            .out()
            .lines()
            .skip(1)
            .map(line -> Integer.valueOf(line.split(",")[1]))
            .filter(number -> number < 3)
            .toList();
    assertThat(ranked).isEqualTo(RANKED);
  }
}
