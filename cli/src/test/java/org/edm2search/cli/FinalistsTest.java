package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.edm2search.campaign.trial.Spending;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The best trials of a real campaign are trained again, by the launcher and its workers. */
@Tag("slow")
class FinalistsTest {

  private static final Object[] COMMAND = {
    "finalists", "photos", "--top", "2", "--runs", "6", "--samples", "32", "--blocks", "2", "--json"
  };

  @TempDir private static Path folder;
  private static OwnCampaign searched;
  private static OwnCampaign raced;
  private static Captured answer;

  @BeforeAll
  static void race() throws Exception {
    searched =
        OwnCampaign.in(
            Files.createDirectories(folder.resolve("a")), ", objectives: [score, latency]", "3e8");
    searched.run("run", "photos.yaml", "--quiet");
    raced = searched.copy(Files.createDirectories(folder.resolve("b")));
    answer = raced.run(COMMAND);
  }

  private static List<Trial> repeats(OwnCampaign campaign) {
    return campaign.snapshot().trials().stream().filter(t -> t.repeatOf().isPresent()).toList();
  }

  @Test
  void trainingsAreTrialsOfTheCampaignWithSeedsOfTheirOwnAndAreCharged() throws Exception {
    List<Trial> repeats = repeats(raced);
    assertThat(repeats).isNotEmpty().hasSizeLessThanOrEqualTo(6);
    assertThat(repeats).allMatch(trial -> trial.state() == TrialState.COMPLETE);
    assertThat(
            new HashSet<>(repeats.stream().map(t -> t.provenance().orElseThrow().seed()).toList()))
        .hasSameSizeAs(repeats);
    for (Trial repeat : repeats) {
      Trial first = raced.snapshot().trials().get(repeat.repeatOf().orElseThrow());
      assertThat(repeat.spent()).isEqualTo(first.spent()).isNotEqualTo(Spending.NONE);
      assertThat(repeat.score()).isNotEqualTo(first.score());
    }
    JsonNode status = json(raced.run("status", "photos", "--json"));
    assertThat(status.get("state").asString()).isEqualTo("finished");
    assertThat(raced.run("leaderboard", "photos").out()).contains(" ×2");
  }

  @Test
  void theAnswerIsASentenceWithIntervalsAndProbabilities() throws Exception {
    JsonNode root = json(answer);
    assertThat(root.get("training_ended").asString()).isNotBlank();
    for (JsonNode finalist : root.get("finalists")) {
      assertThat(finalist.get("blocks").size()).isEqualTo(Math.max(2, finalist.get("runs").size()));
      assertThat(finalist.get("low_95").asDouble()).isLessThan(finalist.get("high_95").asDouble());
    }
    assertThat(root.get("sentences").get(1).asString())
        .matches(
            "On 32 fresh samples a block, (trial \\d|G\\*) scores FD\\S*@32 .* = [\\d.]+ \\(95 %"
                + " [\\d.]+–[\\d.]+, \\d trainings?\\).*P\\(best of these\\) = .*");
    String text =
        raced
            .run(
                "finalists",
                "photos",
                "--top",
                "2",
                "--runs",
                "6",
                "--samples",
                "32",
                "--blocks",
                "2")
            .out();
    assertThat(text).contains("Training ended: ", "P(best)", "On 32 fresh samples");
  }

  @Test
  void exportTakesTheChoiceForEveryTraining() throws Exception {
    int repeat = repeats(raced).get(0).number();
    Captured exported = raced.run("export", "photos", "--trial", repeat, "--out", "again");
    assertThat(exported.out()).contains("trial " + repeat, "finalists chose");
    // Its own block is drawn again, with what was chosen, on seeds that nothing was chosen on.
    assertThat(raced.run("verify", "again", "--score").out())
        .containsPattern("@32 .*, seeds from \\d+ +0\\.000e\\+00")
        .contains("passes");
  }

  /** Before, finalists trained nothing, and began a block of samples anew. */
  @Test
  void killedItGoesOnAndEndsAsIfNotKilled(@TempDir Path elsewhere) throws Exception {
    OwnCampaign killed = searched.copy(elsewhere);
    CommandLineProcess process =
        CommandLineProcess.launch(
            elsewhere.resolve("distribution/bin/edm2-search"), elsewhere, COMMAND);
    Path checkpoint = killed.campaign().trial(5).resolve("checkpoint.safetensors");
    while (process.alive() && !Files.exists(checkpoint)) {
      Thread.sleep(10);
    }
    assertThat(process.alive()).isTrue();
    process.kill();
    assertThat(killed.snapshot().trials().stream().allMatch(t -> t.state().finished())).isFalse();
    Captured again = killed.run(COMMAND);
    assertThat(json(again)).isEqualTo(json(answer));
    assertThat(repeats(killed).stream().map(Trial::score).toList())
        .isEqualTo(repeats(raced).stream().map(Trial::score).toList());
    assertThat(repeats(killed).stream().map(Trial::spent).toList())
        .isEqualTo(repeats(raced).stream().map(Trial::spent).toList());
  }

  @Test
  void limitsThatCannotBeAreRefused() throws Exception {
    Captured refused = raced.program().run("finalists", "photos", "--confidence", 1);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("--confidence must be above 0 and below 1, but is 1.0");
    Captured words = raced.program().run("finalists", "photos", "--flops", "many");
    assertThat(words.code()).isEqualTo(2);
    assertThat(words.err()).contains("--flops must be a number, but is 'many'");
  }

  /** Before, only nsga2 took objectives, and the front was over FLOPs all the same. */
  @Test
  void theFrontIsOverTheLatencyThatTheCampaignDeclares() throws Exception {
    JsonNode rows = json(searched.run("leaderboard", "photos", "--json"));
    assertThat(rows.size()).isEqualTo(4);
    Map<String, String> measured = new HashMap<>();
    for (String line : Files.readAllLines(searched.campaign().path().resolve("latency.csv"))) {
      measured.put(line.split(",")[0], line.split(",")[1]);
    }
    double least = Double.POSITIVE_INFINITY;
    for (JsonNode row : rows) {
      assertThat(row.get("second_objective").asString()).isEqualTo("latency");
      double latency = row.get("second_value").asDouble();
      assertThat(latency)
          .isEqualTo(Double.parseDouble(measured.get(row.get("architecture_id").asString())));
      // Best first, so a row is on the front if it is quicker than all better ones.
      assertThat(row.get("pareto").asBoolean()).isEqualTo(latency < least);
      least = Math.min(least, latency);
    }
    String whole = searched.run("leaderboard", "photos").out();
    String front = searched.run("leaderboard", "photos", "--pareto").out();
    assertThat(whole).contains("latency [ms]", "pareto: no other is better");
    assertThat(rows(front)).isNotEmpty().allMatch(line -> line.contains(" * "));
    assertThat(rows(whole).stream().filter(line -> line.contains(" * ")).toList())
        .hasSameSizeAs(rows(front));
  }

  @Test
  void theFirstRanksAloneAndTheSeedArchitectureCanBePrinted() throws Exception {
    List<String> whole = rows(searched.run("leaderboard", "photos").out());
    String top = searched.run("leaderboard", "photos", "--top", "1").out();
    List<String> shown =
        whole.stream().filter(row -> row.matches("\\s+1=? .*|.* G\\* 0 .*")).toList();
    assertThat(rows(top)).isEqualTo(shown).hasSizeLessThan(whole.size());
    assertThat(top).contains("and " + (whole.size() - shown.size()) + " more");
    assertThat(searched.program().run("leaderboard", "photos", "--top", "0").err())
        .contains("--top must be between 1 and");
    assertThat(searched.program().run("leaderboard", "photos", "--top", "3", "--json").err())
        .contains("--top is for the table in the terminal");
  }

  private static List<String> rows(String table) {
    return table.lines().filter(line -> line.matches("\\s+\\d[=≈]? .*")).toList();
  }

  private static JsonNode json(Captured captured) {
    return JsonMapper.shared().readTree(captured.out());
  }
}
