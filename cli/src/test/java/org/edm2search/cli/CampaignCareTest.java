package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.edm2search.campaign.journal.JournalReader;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is done with a campaign beside running it, by the launcher, on one's own images. */
@Tag("slow")
class CampaignCareTest {

  @TempDir private static Path folder;
  private static OwnCampaign searched;

  @BeforeAll
  static void search() throws Exception {
    searched = OwnCampaign.in(Files.createDirectories(folder.resolve("a")), "", "3e8");
    searched.run("run", "photos.yaml", "--quiet");
  }

  @Test
  void gcFreesWhatIsNotNeededAndKeepsTheHistory(@TempDir Path elsewhere) throws Exception {
    OwnCampaign campaign = searched.copy(elsewhere);
    JsonNode rows =
        JsonMapper.shared().readTree(campaign.run("leaderboard", "photos", "--json").out());
    List<Integer> doomed =
        IntStream.range(1, rows.size())
            .filter(i -> !rows.get(i).get("pareto").asBoolean())
            .mapToObj(i -> rows.get(i).get("trial").asInt())
            .filter(trial -> trial != 0)
            .toList();
    assertThat(doomed).isNotEmpty();
    int gone = doomed.get(0);
    Path checkpoint = campaign.campaign().trial(gone).resolve("checkpoint.safetensors");
    String before = campaign.run("leaderboard", "photos").out();

    Captured dry = campaign.run("gc", "photos", "--keep", 1, "--dry-run");
    assertThat(dry.out()).startsWith("would free ").contains("B of " + doomed.size() + " trials");
    assertThat(checkpoint).exists();

    Captured freed = campaign.run("gc", "photos", "--keep", 1);
    assertThat(freed.out()).isEqualTo(dry.out().replace("would free", "freeing"));
    assertThat(checkpoint).doesNotExist();
    assertThat(checkpoint.resolveSibling("snapshots")).doesNotExist();
    for (Trial trial : campaign.snapshot().trials()) {
      assertThat(Files.exists(campaign.campaign().trial(trial.number()).resolve("samples.png")))
          .isEqualTo(!doomed.contains(trial.number()));
    }
    assertThat(campaign.run("leaderboard", "photos").out()).isEqualTo(before);
    assertThat(campaign.run("show", gone, "photos").out()).contains("loss");
    assertThat(campaign.run("gc", "photos", "--keep", 1).out()).contains("nothing to free");

    Captured exported = campaign.program().run("export", "photos", "--trial", gone, "--out", "x");
    assertThat(exported.code()).isEqualTo(2);
    assertThat(exported.err().lines())
        .containsOnlyOnce(exported.err().strip())
        .first()
        .asString()
        .contains("'edm2-search gc' deleted the checkpoint on 20", "train --trial " + gone);
    Captured scored = campaign.program().run("evaluate", checkpoint);
    assertThat(scored.code()).isEqualTo(2);
    assertThat(scored.err()).contains("'edm2-search gc' deleted the checkpoint on 20");
    campaign.run("export", "photos", "--out", "best");
  }

  @Test
  void analyzeSaysWhatIsKnownAndDrawsIt() throws Exception {
    String before = Files.readString(searched.campaign().journal());
    Captured text = searched.run("analyze", "photos", "--out", "analysis");
    assertThat(text.out())
        .contains("photos (random): 4 trials", "too few", "relatives of the best", "hypervolume");
    assertThat(text.out().lines().allMatch(line -> line.length() <= 80)).isTrue();
    for (String picture : List.of("pareto", "best-so-far", "hypervolume")) {
      Path out = searched.directory().resolve("analysis");
      assertThat(out.resolve(picture + ".svg")).content().startsWith("<svg ").contains("</svg>");
      BufferedImage png = ImageIO.read(out.resolve(picture + ".png").toFile());
      assertThat(png.getWidth()).isEqualTo(2 * 860);
      assertThat(out.resolve("index.html")).content().contains("src='%s.svg'".formatted(picture));
    }
    JsonNode json =
        JsonMapper.shared().readTree(searched.run("analyze", "photos", "photos", "--json").out());
    assertThat(json.get("campaigns").get(0).get("course").get("points").size()).isEqualTo(4);
    assertThat(json.get("comparisons").get(0).get("ratio").asDouble()).isEqualTo(1);
    assertThat(searched.run("analyze", "photos", "--csv").out())
        .startsWith("campaign,kind,name,value,estimate")
        .contains("photos,best_so_far,", "photos,ancestor,0,");
    assertThat(Files.readString(searched.campaign().journal())).isEqualTo(before);
  }

  /** Reads the files as TensorFlow specifies them, by a program that knows nothing of ours. */
  @Test
  void eventFilesAreWhatTheirReadersExpect() throws Exception {
    searched.run("tensorboard", "photos", "--out", "events");
    Path file =
        searched
            .directory()
            .resolve("events/trial-0002/events.out.tfevents.0000000000.edm2-search");
    Process reader =
        new ProcessBuilder("/usr/bin/python3", "src/test/python/read_events.py", file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    JsonNode read = JsonMapper.shared().readTree(reader.getInputStream().readAllBytes());
    assertThat(reader.waitFor()).isZero();
    assertThat(read.get("version").asString()).isEqualTo("brain.Event:2");
    Trial trial = searched.snapshot().trials().get(2);
    JsonNode score = read.get("scalars").get("score").get(0);
    assertThat(score.get(1).asDouble())
        .isCloseTo(trial.score().orElseThrow(), withinPercentage(1e-4));
    try (JournalReader journal = searched.campaign().read()) {
      List<LossPoint> losses = journal.losses(2);
      JsonNode curve = read.get("scalars").get("loss");
      assertThat(curve.size()).isEqualTo(losses.size());
      assertThat(curve.get(0).get(0).asLong()).isEqualTo(losses.get(0).images());
    }
    BufferedImage samples =
        ImageIO.read(searched.campaign().trial(2).resolve("samples.png").toFile());
    assertThat(read.get("images").get("samples").get(0).asInt()).isEqualTo(samples.getHeight());
    assertThat(read.get("images").get("samples").get(1).asInt()).isEqualTo(samples.getWidth());
    assertThat(read.get("hparams").get("expansion").asString()).isIn("2", "4");
    assertThat(read.get("hparams").size()).isEqualTo(4);
  }

  @Test
  void restorePutsTheCopyBackAndTheCampaignGoesOn(@TempDir Path elsewhere) throws Exception {
    OwnCampaign campaign = searched.copy(elsewhere);
    String before = campaign.run("leaderboard", "photos").out();
    Captured restored = campaign.run("restore", "photos");
    assertThat(restored.out())
        .contains("the store as it was to campaign.mv.db.replaced", "which holds 4 trials");
    assertThat(campaign.campaign().path().resolve("campaign.mv.db.replaced")).isNotEmptyFile();
    assertThat(campaign.run("run", "photos.yaml", "--quiet").out()).contains(before.strip());
    Files.delete(campaign.campaign().backup());
    Captured none = campaign.program().run("restore", "photos");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("backup.zip: there is no such copy of the store");
  }

  @Test
  void whoInterruptsARescoreIsToldThatItGoesOn(@TempDir Path elsewhere) throws Exception {
    CommandLineProcess process =
        CommandLineProcess.launch(
            searched.copy(elsewhere).directory().resolve("distribution/bin/edm2-search"),
            elsewhere,
            "rescore",
            "photos",
            "--samples",
            20_000);
    process.awaitError("/20,000 images drawn");
    process.signal("TERM");
    Captured end = process.await();
    assertThat(end.code()).isEqualTo(143);
    assertThat(end.err()).contains("what was scored is kept, and the same command");
  }

  @Test
  void aMovedCampaignIsTheOneInItsNewPlace(@TempDir Path elsewhere) throws Exception {
    OwnCampaign campaign = searched.copy(elsewhere);
    CommandLineProcess serve =
        CommandLineProcess.launch(
            elsewhere.resolve("distribution/bin/edm2-search"),
            elsewhere,
            "serve",
            "photos",
            "--port",
            0);
    serve.awaitOutput("campaigns/photos at http");
    serve.kill();
    Path moved = Files.createDirectories(elsewhere.resolve("für später")).resolve("photos 2");
    Files.move(campaign.campaign().path(), moved);
    String before = campaign.run("leaderboard", moved).out();
    campaign.run("restore", moved);
    assertThat(campaign.run("run", moved.resolve("campaign.yaml"), "--quiet").out())
        .contains(before.strip());
    // To whom it was given without the data.
    Files.move(elsewhere.resolve("pictures"), elsewhere.resolve("gone"));
    Captured exported = campaign.run("export", moved, "--out", "model");
    assertThat(exported.err())
        .contains("warning: the data set cannot be read", elsewhere.toString());
    assertThat(Files.readString(elsewhere.resolve("model/training.json")))
        .contains("\"name\" : \"pictures\"")
        .containsPattern("\"digest\" : \"[0-9a-f]{64}\"");
    assertThat(campaign.campaign().path()).doesNotExist();
  }

  @Test
  void aPausedCampaignWaitsAndGoesOnAsIfNotPaused(@TempDir Path elsewhere) throws Exception {
    OwnCampaign campaign = OwnCampaign.in(elsewhere, "", "3e8");
    Captured early = campaign.program().run("pause", "photos");
    assertThat(early.code()).isEqualTo(2);
    CommandLineProcess process =
        CommandLineProcess.launch(
            elsewhere.resolve("distribution/bin/edm2-search"), elsewhere, "run", "photos.yaml");
    process.awaitError("trial 0 (1/4) starts");
    campaign.run("pause", "photos");
    process.awaitError("paused: trials save their work");
    assertThat(campaign.run("status", "photos").out()).contains("running (process ", ", paused;");
    assertThat(
            JsonMapper.shared()
                .readTree(campaign.run("status", "photos", "--json").out())
                .get("paused")
                .asBoolean())
        .isTrue();
    assertThat(campaign.run("leaderboard", "photos").out()).contains("The campaign is paused");
    Captured refused = campaign.program().run("gc", "photos");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("already being run by process");
    assertThat(campaign.run("resume", "photos").out()).contains("the campaign goes on");
    Captured end = process.await();
    assertThat(end.code()).as(end.err()).isZero();
    assertThat(end.err()).contains("the campaign goes on");
    assertThat(campaign.snapshot().trials().stream().map(Trial::score).toList())
        .isEqualTo(searched.snapshot().trials().stream().map(Trial::score).toList());
    assertThat(campaign.snapshot().attempts()).isEmpty();
    Captured late = campaign.program().run("resume", "photos");
    assertThat(late.code()).isEqualTo(2);
    assertThat(late.err()).contains("nothing runs it; go on with:  ");
  }
}
