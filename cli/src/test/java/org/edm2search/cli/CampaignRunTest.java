package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.space.LossPoint;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real, tiny campaign through the real program, in two worker processes: trained, scored, ranked,
 * exported, killed.
 */
@Tag("slow")
class CampaignRunTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir private static Path shared;

  private static Path file;
  private static Path campaign;
  private static Captured uninterrupted;

  @BeforeAll
  static void runOnce() throws Exception {
    campaign = shared.resolve("campaigns/tiny");
    file = Files.writeString(shared.resolve("tiny.yaml"), Example.tiny(campaign));
    uninterrupted = CommandLineProcess.run(shared, "run", file, "--workers", 2);
  }

  @Test
  void everyTrialIsTrainedScoredAndRanked() {
    assertThat(uninterrupted.code()).as(uninterrupted.err()).isZero();
    assertThat(uninterrupted.out().lines().filter(line -> line.matches("\\s+\\d[=≈]? .*")))
        .hasSize(3);
    assertThat(uninterrupted.out())
        .contains("FD-PCA64@64 (builtin", "vs G*", "FLOPs", "kernel", "G* 0");
    assertThat(uninterrupted.out()).doesNotContain("Added differentiated op", "WARN", "\tat ");
    assertThat(uninterrupted.err())
        .contains("trial 0 (1/3) starts", "trial 2 (3/3)", "edm2-search serve", "export")
        .doesNotContain("Exception", "SLF4J");
    assertThat(trials(campaign))
        .hasSize(3)
        .allMatch(trial -> trial.state() == TrialState.COMPLETE)
        .allMatch(trial -> trial.provenance().isPresent());
    assertThat(campaign.resolve("logs/worker-1.log")).exists();
    assertThat(campaign.resolve("logs/worker-2.log")).exists();
  }

  @Test
  void finalistsAreScoredOnSeedsThatNothingWasChosenOnAndOnceOnly() throws Exception {
    String[] words = {
      "--top", "2", "--runs", "0", "--samples", "64", "--blocks", "2", "--ema", "0.05,0.1"
    };
    Captured first = finalists(words);
    Path book = campaign.resolve("finalists.json");
    // Two trials, each on two EMA lengths and two blocks.
    assertThat(JSON.readTree(Files.readString(book)).properties())
        .hasSize(2)
        .allMatch(trial -> trial.getValue().size() == 4);
    JsonNode results = JSON.readTree(first.out()).get("finalists");
    assertThat(results.size()).isEqualTo(2);
    for (JsonNode result : results) {
      assertThat(result.get("ema").asDouble()).isIn(0.05, 0.1);
      double one = result.get("blocks").get(0).asDouble();
      double two = result.get("blocks").get(1).asDouble();
      assertThat(one).isNotEqualTo(two);
      assertThat(result.get("mean").asDouble()).isCloseTo((one + two) / 2, withinPercentage(1e-6));
      assertThat(result.get("least").asDouble()).isEqualTo(Math.min(one, two));
    }
    String before = Files.readString(book);
    assertThat(finalists(words).out()).isEqualTo(first.out());
    assertThat(book).hasContent(before);
    Files.writeString(book, "{\"0001\": 3}");
    Captured damaged =
        CommandLineProcess.run(shared, "finalists", campaign, "--top", "1", "--runs", "0");
    assertThat(damaged.code()).isEqualTo(2);
    assertThat(damaged.err()).contains("finalists.json is damaged");
  }

  /** Before, a finished campaign could not be scored anew. */
  @Test
  void aCampaignIsScoredAnewInATableOfItsOwnAndItsScoresStay() throws Exception {
    Captured ranked = CommandLineProcess.run(shared, "leaderboard", campaign, "--json");
    Captured first = CommandLineProcess.run(shared, "rescore", campaign, "--samples", 96, "--json");
    assertThat(first.code()).as(first.err()).isZero();
    JsonNode answer = JSON.readTree(first.out());
    assertThat(answer.get("score_name").asString()).startsWith("FD-PCA64@96");
    assertThat(answer.get("trials").size()).isEqualTo(3);
    Path book = campaign.resolve("rescored.json");
    String written = Files.readString(book);
    assertThat(JSON.readTree(written).properties()).hasSize(1);
    Captured again = CommandLineProcess.run(shared, "rescore", campaign, "--samples", 96, "--json");
    assertThat(again.out()).isEqualTo(first.out());
    assertThat(book).hasContent(written);
    Captured same = CommandLineProcess.run(shared, "rescore", campaign, "--trial", 0, "--json");
    assertThat(same.code()).as(same.err()).isZero();
    JsonNode trial = JSON.readTree(same.out()).get("trials").get(0);
    // By the campaign's own protocol it is the campaign's own score.
    assertThat(trial.get("score").asDouble())
        .isCloseTo(trial.get("search_score").asDouble(), withinPercentage(1e-3));
    assertThat(JSON.readTree(Files.readString(book)).properties()).hasSize(2);
    JsonNode tables = json("leaderboard", campaign, "--rescored", "--json");
    assertThat(tables.size()).isEqualTo(2);
    assertThat(tables).contains(answer);
    assertThat(Captured.run("leaderboard", campaign, "--rescored").out())
        .contains("FD-PCA64@96", "search score", "G* 0");
    assertThat(CommandLineProcess.run(shared, "leaderboard", campaign, "--json").out())
        .isEqualTo(ranked.out());
  }

  private static Captured finalists(String... words) throws Exception {
    List<Object> command = new ArrayList<>(List.of("finalists", campaign, "--json"));
    command.addAll(List.of(words));
    Captured captured = CommandLineProcess.run(shared, command.toArray());
    assertThat(captured.code()).as(captured.err()).isZero();
    return captured;
  }

  @Test
  void everyTrialHasSamplesAndALossCurve() throws IOException {
    CampaignDirectory directory = new CampaignDirectory(campaign);
    for (int number = 0; number < 3; number++) {
      BufferedImage grid = ImageIO.read(directory.trial(number).resolve("samples.png").toFile());
      assertThat(grid.getWidth()).isGreaterThan(10 * 8);
      try (TrialReader reader = directory.read()) {
        assertThat(reader.losses(number)).hasSizeGreaterThan(3);
      }
    }
  }

  @Test
  void runningAFinishedCampaignPrintsItsLeaderboard() throws Exception {
    Captured again = CommandLineProcess.run(shared, "run", file);
    assertThat(again.code()).isZero();
    assertThat(again.out()).isEqualTo(uninterrupted.out());
  }

  @Test
  void programsReadTheAnswersAsJson() {
    JsonNode ranked = json("leaderboard", campaign, "--json");
    assertThat(ranked.size()).isEqualTo(3);
    assertThat(ranked.get(0).get("score").asDouble())
        .isLessThanOrEqualTo(ranked.get(2).get("score").asDouble());
    JsonNode status = json("status", file, "--json");
    assertThat(status.get("state").asString()).isEqualTo("finished");
    assertThat(status.get("trials").get("complete").asInt()).isEqualTo(3);
    JsonNode trial = json("show", 1, campaign, "--json");
    assertThat(trial.get("measurement").get("trained_images").asLong()).isGreaterThan(100);
    assertThat(trial.get("losses").size()).isGreaterThan(3);
    assertThat(trial.get("spent_flops").get("total").bigIntegerValue())
        .isEqualTo(spent(trials(campaign).get(1)));
    assertThat(status.get("spent_flops").get("total").bigIntegerValue())
        .isEqualTo(
            trials(campaign).stream()
                .map(CampaignRunTest::spent)
                .reduce(BigInteger.ZERO, BigInteger::add));
    assertThat(Captured.run("leaderboard", campaign, "--csv").out().lines()).hasSize(4);
    assertThat(Captured.run("show", 0, campaign).out()).contains("seed architecture", "enc.8x8");
    assertThat(Captured.run("status", campaign).out()).contains("finished", "3 complete");
  }

  /** Three passes an image trained on; 7 evaluations a sample, the 60 of the picture too. */
  private static BigInteger spent(Trial trial) {
    Measurement measured = trial.measurement().orElseThrow();
    long trained = (long) measured.value(Quantity.TRAINED_IMAGES).orElseThrow();
    long samples = Long.parseLong(measured.score().name().replaceAll(".*@(\\d+).*", "$1"));
    return BigInteger.valueOf(trial.candidate().cost().multiplyAdds())
        .multiply(BigInteger.valueOf(3 * trained + 7 * (samples + 60)));
  }

  private static JsonNode json(Object... arguments) {
    Captured answer = Captured.run(arguments);
    assertThat(answer.code()).as(answer.err()).isZero();
    assertThat(answer.err()).isEmpty();
    return JSON.readTree(answer.out());
  }

  private static Path inside(Path directory, Path file) {
    return directory.resolve(file.getFileName());
  }

  private static boolean sameBytes(Path one, Path other) {
    try {
      return Files.mismatch(one, other) < 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theExportedBundleDrawsTheSameImagesAlone(@TempDir Path elsewhere) throws IOException {
    Path bundle = elsewhere.resolve("bundle");
    assertThat(Captured.run("export", campaign, "--trial", 0, "--out", bundle).code()).isZero();
    for (String name :
        List.of(
            "model.safetensors",
            "architecture.yaml",
            "sampler.json",
            "metrics.json",
            "samples.png",
            "model.onnx",
            "README.md")) {
      assertThat(bundle.resolve(name)).isNotEmptyFile();
    }
    Path again = elsewhere.resolve("again");
    assertThat(Captured.run("export", campaign, "--trial", 0, "--out", again).code()).isZero();
    assertThat(again).isDirectoryNotContaining(file -> !Files.exists(inside(bundle, file)));
    assertThat(bundle)
        .as("the same trial gives the same bytes")
        .isDirectoryNotContaining(file -> !sameBytes(file, inside(again, file)));
    Path grid = elsewhere.resolve("grid.png");
    Captured drawn = Captured.run("sample", bundle, "--out", grid, "--rows", 6);
    assertThat(drawn.code()).as(drawn.err()).isZero();
    assertThat(Files.readAllBytes(grid))
        .isEqualTo(Files.readAllBytes(bundle.resolve("samples.png")));
  }

  @Test
  void evaluatingTheCheckpointGivesTheTrialsScore() {
    Path checkpoint = campaign.resolve("trials/0000/checkpoint.safetensors");
    JsonNode evaluation = json("evaluate", checkpoint, "--protocol", file, "--json");
    // The last digits depend on the number of threads, which workers share.
    assertThat(evaluation.get("score").asDouble())
        .isCloseTo(trials(campaign).get(0).score().orElseThrow(), withinPercentage(1e-4));
  }

  @Test
  void samplingOptionsChangeTheImagesOfABundle(@TempDir Path elsewhere) throws IOException {
    Path bundle = elsewhere.resolve("bundle");
    assertThat(Captured.run("export", campaign, "--trial", 0, "--out", bundle).code()).isZero();
    Path plain = elsewhere.resolve("plain.png");
    Path churned = elsewhere.resolve("churned.png");
    Path again = elsewhere.resolve("again.png");
    Path guided = elsewhere.resolve("guided.png");
    JsonNode unchanged = json("sample", bundle, "--out", plain, "--json");
    assertThat(unchanged.get("network_evaluations_per_sample").asInt()).isEqualTo(7);
    json("sample", bundle, "--out", churned, "--churn", 2, "--json");
    json("sample", bundle, "--out", again, "--churn", 2, "--json");
    Captured classifierFree =
        Captured.run(
            "sample",
            bundle,
            "--out",
            guided,
            "--guidance",
            2,
            "--guidance-kind",
            "classifier-free",
            "--guidance-interval",
            "0.1,10",
            "--json");
    assertThat(classifierFree.err()).contains("warning", "label_dropout");
    // Four steps: 80, 9.7, 0.47 and 0.002, of which the middle two are evaluated twice.
    assertThat(JSON.readTree(classifierFree.out()).get("network_evaluations_per_sample").asInt())
        .isEqualTo(11);
    assertThat(Files.readAllBytes(churned))
        .isEqualTo(Files.readAllBytes(again))
        .isNotEqualTo(Files.readAllBytes(plain));
    assertThat(Files.readAllBytes(guided)).isNotEqualTo(Files.readAllBytes(plain));

    Captured unguided = Captured.run("sample", bundle, "--out", guided, "--guidance", 2);
    assertThat(unguided.code()).isEqualTo(2);
    assertThat(unguided.err()).contains("the bundle has not the network after 0.25");
  }

  @Test
  void aCheckpointIsScoredUnderOtherGuidance() {
    Path checkpoint = campaign.resolve("trials/0000/checkpoint.safetensors");
    JsonNode evaluation =
        json("evaluate", checkpoint, "--protocol", file, "--guidance", 1.5, "--json");
    assertThat(evaluation.get("protocol").asString()).contains("autoguidance 1.5 by the network");
    assertThat(evaluation.get("network_evaluations_per_sample").asInt()).isEqualTo(14);
  }

  /** Three kills at random moments; between them and at the end, nothing may be lost or doubled. */
  @Test
  void aKilledCampaignEndsAsIfNeverStopped(@TempDir Path directory) throws Exception {
    Path killed = directory.resolve("killed");
    Path yaml = Files.writeString(directory.resolve("tiny.yaml"), Example.tiny(killed));
    copy(campaign.resolve("reference"), killed.resolve("reference"));
    SplittableRandom random = new SplittableRandom(1);
    List<Integer> seen = new ArrayList<>();
    for (int kill = 0; kill < 3; kill++) {
      CommandLineProcess run = CommandLineProcess.start(directory, "run", yaml, "--workers", 2);
      // The first trial directory exists once the program has started up.
      Path started = killed.resolve("trials/%04d".formatted(kill));
      while (run.alive() && !Files.exists(started)) {
        Thread.sleep(20);
      }
      Thread.sleep(random.nextInt(2500));
      List<ProcessHandle> workers = run.children();
      run.kill();
      for (ProcessHandle worker : workers) {
        worker.onExit().get(30, TimeUnit.SECONDS); // no orphan goes on training
      }
      seen.add(trials(killed).size());
    }
    Captured last = CommandLineProcess.run(directory, "run", yaml, "--workers", 2);
    assertThat(last.code()).as(last.err()).isZero();
    assertThat(seen).isSorted();

    List<Trial> expected = trials(campaign);
    List<Trial> actual = trials(killed);
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).number()).isEqualTo(expected.get(i).number());
      assertThat(actual.get(i).state()).isEqualTo(TrialState.COMPLETE);
      assertThat(actual.get(i).candidate()).isEqualTo(expected.get(i).candidate());
      assertThat(actual.get(i).score()).isEqualTo(expected.get(i).score());
      assertThat(losses(killed, i)).isEqualTo(losses(campaign, i));
    }
  }

  @Test
  void aKilledWorkerCostsNothing(@TempDir Path directory) throws Exception {
    Path harried = directory.resolve("harried");
    String text = Example.tiny(harried) + "executor: {pause: 0s}\n";
    Path yaml = Files.writeString(directory.resolve("tiny.yaml"), text);
    CommandLineProcess run = CommandLineProcess.start(directory, "run", yaml, "--workers", 2);
    Path checkpoint = harried.resolve("trials/0001/checkpoint.safetensors");
    while (run.alive() && !Files.exists(checkpoint)) {
      Thread.sleep(10);
    }
    // Both workers are busy with trials 0 and 1; either will do.
    run.children().get(0).destroyForcibly();
    Captured end = run.await();
    assertThat(end.code()).as(end.err()).isZero();
    assertThat(end.err()).contains("KILLED: worker process ended with SIGKILL", "is tried again");
    assertThat(trials(harried))
        .usingRecursiveFieldByFieldElementComparatorOnFields("number", "candidate", "state")
        .isEqualTo(trials(campaign));
    assertThat(trials(harried).stream().map(Trial::score).toList())
        .isEqualTo(trials(campaign).stream().map(Trial::score).toList());
    try (TrialReader reader = new CampaignDirectory(harried).read()) {
      assertThat(reader.attempts()).hasSize(1);
      assertThat(reader.attempts().get(0).reason())
          .matches("worker process ended with SIGKILL.* \\(exit 137\\); see logs/worker-\\d.log");
    }
    assertThat(harried.resolve("logs/worker-1.log")).exists();
  }

  @Test
  void askedToEndItSavesAndSaysHowToGoOn(@TempDir Path directory) throws Exception {
    Path stopped = directory.resolve("stopped");
    Path yaml = Files.writeString(directory.resolve("tiny.yaml"), Example.tiny(stopped));
    copy(campaign.resolve("reference"), stopped.resolve("reference"));
    CommandLineProcess run = CommandLineProcess.start(directory, "run", yaml);
    Path started = stopped.resolve("trials/0000");
    while (run.alive() && !Files.exists(started)) {
      Thread.sleep(20);
    }
    run.terminate();
    Captured end = run.await();
    assertThat(end.code()).as(end.err()).isEqualTo(128 + 15);
    assertThat(end.err()).contains("saving a checkpoint", "go on with:  edm2-search run");
    assertThat(started.resolve("checkpoint.safetensors")).exists();
  }

  @Test
  void isStoppedFromAnotherTerminal(@TempDir Path directory) throws Exception {
    Path stopped = directory.resolve("stopped");
    Path yaml = Files.writeString(directory.resolve("tiny.yaml"), Example.tiny(stopped));
    copy(campaign.resolve("reference"), stopped.resolve("reference"));
    CommandLineProcess run = CommandLineProcess.start(directory, "run", yaml);
    run.awaitError("trial 0 (1/3) starts");
    Captured stop = Captured.run("stop", stopped);
    assertThat(stop.code()).as(stop.err()).isZero();
    assertThat(stop.out()).contains("stopped; go on with:  edm2-search run");
    assertThat(new CampaignDirectory(stopped).runningProcess()).isEmpty();
    Captured end = run.await();
    assertThat(end.err()).contains("asked to end: saving a checkpoint");
    assertThat(Captured.run("stop", stopped).out()).contains("nothing runs it");
  }

  private static List<Trial> trials(Path directory) {
    try (TrialReader reader = new CampaignDirectory(directory).read()) {
      return reader.trials();
    }
  }

  private static List<LossPoint> losses(Path directory, int trial) {
    try (TrialReader reader = new CampaignDirectory(directory).read()) {
      return reader.losses(trial);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path source, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(source, to.resolve(from.relativize(source)));
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
