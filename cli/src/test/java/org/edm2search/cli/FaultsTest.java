package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.model.checkpoint.ElementType;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.onnx.Attribute;
import org.edm2search.model.onnx.Dimension;
import org.edm2search.model.onnx.OnnxGraph;
import org.edm2search.space.LossPoint;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Campaigns through the start script, on colour images and features of the user's own, while the
 * machine fails them.
 */
@Tag("slow")
class FaultsTest {

  private static final String WORKERS = "executor: {workers: 2, pause: 1s}\n";

  /** Longer than a healthy worker that has started says nothing on a busy machine. */
  private static final String IMPATIENT = "executor: {workers: 2, pause: 0s, silence: 8s}\n";

  @TempDir private static Path shared;

  private static Path script;

  @TempDir private Path directory;

  private Path images;

  @BeforeAll
  static void unpack() throws IOException {
    script = Distribution.unpack(shared);
  }

  private Path campaign() {
    return directory.resolve("campaign");
  }

  /** A campaign on colour images; with features that an ONNX network computes, if asked. */
  private Path file(boolean onnx, String executor) throws IOException {
    images = Files.createDirectories(directory.resolve("images"));
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 80; i++) {
      BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
      for (int p = 0; p < 64; p++) {
        image.setRGB(p % 8, p / 8, random.nextInt(1 << 24));
      }
      Path to = images.resolve("%s/%02d.png".formatted(i % 2 == 0 ? "even" : "odd", i));
      Files.createDirectories(to.getParent());
      ImageIO.write(image, "png", to.toFile());
    }
    String text =
        Example.tiny(campaign())
            .replace("dataset: fashion-mnist", "dataset: \"%s\"".formatted(images));
    if (onnx) {
      text = text.replace("steps: 4", "steps: 4, features: {onnx: \"%s\"}".formatted(pixels()));
    }
    return Files.writeString(directory.resolve("own.yaml"), text + executor);
  }

  /** A network whose features are the pixels. */
  private Path pixels() throws IOException {
    OnnxGraph graph = new OnnxGraph("pixels");
    String x = OnnxInputs.images(graph);
    graph.node("features", "Flatten", List.of(x), Attribute.integer("axis", 1));
    graph.output("features", ElementType.F32, Dimension.named("N"), Dimension.of(192));
    Path model = directory.resolve("pixels.onnx");
    try (FileChannel out =
        FileChannel.open(model, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      out.write(graph.toBytes());
    }
    return model;
  }

  private CommandLineProcess start(Object... arguments) throws IOException {
    return CommandLineProcess.launch(script, directory, arguments);
  }

  private TrialReader read() {
    return new CampaignDirectory(campaign()).read();
  }

  private void requireComplete(Captured end) {
    assertThat(end.code()).as(end.err()).isZero();
    try (TrialReader reader = read()) {
      assertThat(reader.trials())
          .hasSize(3)
          .extracting(Trial::state)
          .containsOnly(TrialState.COMPLETE);
    }
  }

  @Test
  void featuresOfAnOnnxNetworkWorkInTwoWorkersAndLeaveNothingBehind() throws Exception {
    Captured end = start("run", file(true, WORKERS)).await();
    requireComplete(end);
    assertThat(end.out()).contains("onnx");
    assertThat(campaign().resolve("logs/worker-2.log")).exists();
    assertThat(directory.resolve(CommandLineProcess.TEMPORARY))
        .isDirectoryNotContaining("glob:**onnxruntime-java*");
  }

  @Test
  void aDataSetThatIsAwayForAMomentCostsNoTrial() throws Exception {
    Path file = file(false, WORKERS);
    CommandLineProcess run = start("run", file);
    run.awaitError("trial 1 (2/3) starts");
    Path away = directory.resolve("away");
    Files.move(images, away);
    run.awaitError("it is tried again in");
    Files.move(away, images);
    requireComplete(run.await());
    try (TrialReader reader = read()) {
      assertThat(reader.attempts())
          .isNotEmpty()
          .extracting(Attempt::kind)
          .containsAnyOf(FailureKind.DATA, FailureKind.INPUT_OUTPUT);
    }
  }

  @Test
  void aTrialThatCannotBeWrittenStopsTheCampaignUntilThatIsMended() throws Exception {
    Path file = file(false, "executor: {workers: 2, pause: 0s, retries: 1}\n");
    Path inTheWay = campaign().resolve("trials/0001");
    Files.createDirectories(inTheWay.getParent());
    Files.writeString(inTheWay, "");
    Captured halted = start("run", file).await();
    assertThat(halted.code()).as(halted.err()).isEqualTo(1);
    assertThat(halted.errors().get(halted.errors().size() - 1))
        .contains("trial 1 failed 2 times, so the campaign stops", "mend the cause", "0001");
    Files.delete(inTheWay);
    requireComplete(start("run", file).await());
  }

  /** Before, such a trial ended every run, and nothing but a new campaign led past it. */
  @Test
  void aTrialThatFailsEveryTimeIsExcludedAndTheSearchGoesOn() throws Exception {
    Path file = file(false, "executor: {workers: 2, pause: 0s, retries: 1}\n");
    Path inTheWay = campaign().resolve("trials/0001");
    Files.createDirectories(inTheWay.getParent());
    Files.writeString(inTheWay, "");
    Captured halted = start("run", file).await();
    assertThat(halted.code()).as(halted.err()).isEqualTo(1);
    assertThat(halted.err()).contains("go on without it: edm2-search exclude 1 " + campaign());
    Captured excluded = start("exclude", 1, campaign()).await();
    assertThat(excluded.code()).as(excluded.err()).isZero();
    Captured end = start("run", file).await();
    assertThat(end.code()).as(end.err()).isZero();
    assertThat(end.err()).contains("all 3 trials are finished, 1 of them excluded");
    assertThat(Captured.run("leaderboard", campaign(), "--csv").out().lines())
        .filteredOn(line -> line.startsWith(",1,EXCLUDED,")) // without a rank
        .hasSize(1);
    assertThat(Captured.run("status", campaign()).out())
        .contains("2 complete, 1 excluded", "attempts   2 failed: 2 input output")
        .contains("trial 1    excluded: ");
    assertThat(Captured.run("show", 1, campaign()).out())
        .containsPattern("failed attempt +\\S+, input output: .*0001");
  }

  @Test
  void aTrialIsLeftOutWhileItRunsAndTakenInAgain() throws Exception {
    Path file = file(false, "executor: {workers: 2, pause: 0s, retries: 0}\n");
    String text = Files.readString(file);
    Files.writeString(
        file, text.replace("trials: 3", "trials: 2").replace("flops: 1.0e9", "flops: 1.0e10"));
    CommandLineProcess run = start("run", file);
    run.awaitError("trial 1 (2/2) starts");
    Captured excluded = start("exclude", 1, campaign()).await();
    assertThat(excluded.code()).as(excluded.err()).isZero();
    assertThat(excluded.out()).contains("trial 1 is to end, and is left out then");
    Captured end = run.await();
    assertThat(end.code()).as(end.err()).isZero();
    assertThat(end.err()).contains("all 2 trials are finished, 1 of them excluded");
    assertThat(Captured.run("status", campaign()).out())
        .contains("1 complete, 1 excluded", "attempts   1 cancelled")
        .contains("trial 1    excluded: ");
    assertThat(Captured.run("leaderboard", campaign(), "--csv").out().lines())
        .filteredOn(line -> line.startsWith(",1,EXCLUDED,"))
        .hasSize(1);
    assertThat(start("retry", 1, campaign()).await().code()).isZero();
    Captured again = start("run", file).await();
    assertThat(again.code()).as(again.err()).isZero();
    try (TrialReader reader = read()) {
      assertThat(reader.trials()).extracting(Trial::state).containsOnly(TrialState.COMPLETE);
      assertThat(reader.attempts()).extracting(Attempt::kind).contains(FailureKind.CANCELLED);
    }
  }

  /** Before, the image's trial was the victim, and mending it demanded a new campaign. */
  @Test
  void aDamagedImageStopsTheCampaignWhichGoesOnOnceItIsMended() throws Exception {
    Path file = file(false, "executor: {workers: 1, pause: 0s, retries: 0}\n");
    Path image = images.resolve("even/10.png");
    byte[] whole = Files.readAllBytes(image);
    byte[] damaged = whole.clone();
    damaged[damaged.length - 20] ^= 1;
    Files.write(image, damaged);
    Captured halted = start("run", file).await();
    assertThat(halted.code()).as(halted.err()).isEqualTo(1);
    assertThat(halted.errors().get(halted.errors().size() - 1))
        .contains("trial 0 failed once, so the campaign stops", "--accept-data")
        .containsPattern("10\\.png \\(image \\d+ of 80\\)");
    Files.write(image, whole);
    requireComplete(start("run", file, "--accept-data").await());
    byte[] other = Files.readAllBytes(images.resolve("even/12.png"));
    Files.write(image, other);
    String more = Files.readString(file).replace("trials: 3", "trials: 4");
    Files.writeString(file, more);
    Captured refused = start("run", file).await();
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("data set changed", "run it with --accept-data");
    Captured end = start("run", file, "--accept-data").await();
    assertThat(end.code()).as(end.err()).isZero();
    assertThat(Captured.run("show", 3, campaign()).out()).contains("digest of data set");
  }

  /** Ctrl-Z for one process alone: it neither works nor hears that it should end. */
  @Test
  void aStoppedWorkerIsReplacedAndItsTrialGoesOn() throws Exception {
    CommandLineProcess run = start("run", file(false, IMPATIENT));
    Path checkpoint = campaign().resolve("trials/0001/checkpoint.safetensors");
    while (run.alive() && !Files.exists(checkpoint)) {
      Thread.sleep(10);
    }
    CommandLineProcess.signal("STOP", run.children().get(0).pid());
    Captured end = run.await();
    requireComplete(end);
    assertThat(end.err()).contains("reported nothing for", "TIMED_OUT");
  }

  /** A feature network that multiplies for hours keeps its worker's core busy, and says nothing. */
  @Test
  void aSpinningWorkerIsWarnedOfAndReplaced() throws Exception {
    Path file = file(true, "executor: {workers: 1, pause: 0s, retries: 1, silence: 6s}\n");
    endless(directory.resolve("pixels.onnx"));
    CommandLineProcess run = start("run", file);
    run.awaitError("reported nothing for");
    ProcessHandle first = run.children().get(0);
    Duration busy = first.info().totalCpuDuration().orElseThrow();
    run.awaitError("it is tried again in");
    assertThat(busy).isGreaterThan(Duration.ofSeconds(1));
    Captured end = run.await();
    assertThat(end.code()).as(end.err()).isEqualTo(1);
    assertThat(end.errors().get(end.errors().size() - 1))
        .contains("trial 0 failed 2 times, so the campaign stops", "reported nothing for");
    assertThat(first.isAlive()).isFalse();
    try (TrialReader reader = read()) {
      assertThat(reader.attempts())
          .hasSize(2)
          .extracting(Attempt::kind)
          .containsOnly(FailureKind.TIMED_OUT);
      assertThat(reader.trials()).extracting(Trial::state).contains(TrialState.WAITING);
    }
  }

  /** Features of the pixels, multiplied by matrices so large that it takes an hour. */
  private static void endless(Path model) throws IOException {
    int size = 6000;
    OnnxGraph graph = new OnnxGraph("endless");
    String x = OnnxInputs.images(graph);
    String shape = graph.constant("shape", Tensor.ofLongs(List.of(2), size, size));
    String flat = graph.node("flat", "Flatten", List.of(x), Attribute.integer("axis", 1));
    String mean = graph.node("mean", "ReduceMean", List.of(flat), Attribute.integer("keepdims", 0));
    String matrix = graph.node("matrix", "Expand", List.of(mean, shape));
    String product = matrix;
    for (int i = 0; i < 400; i++) {
      product = graph.node("product" + i, "MatMul", List.of(product, matrix));
    }
    String sum =
        graph.node("sum", "ReduceMean", List.of(product), Attribute.integer("keepdims", 0));
    graph.node("features", "Add", List.of(flat, sum));
    graph.output("features", ElementType.F32, Dimension.named("N"), Dimension.of(192));
    Files.deleteIfExists(model);
    graph.write(model);
  }

  /** No checkpoint falls due in this training: the one there is was saved for the signal. */
  @Test
  void whenTheTerminalGoesWorkersSaveACheckpointAndItsTrialGoesOn() throws Exception {
    assumeFalse(hangUpIsIgnored(), "started by nohup, which programs started from here inherit");
    Path file = file(false, "executor: {workers: 1, pause: 0s}\n");
    String text = Files.readString(file).replace("trials: 3", "trials: 1");
    Files.writeString(
        file,
        text.replace("checkpoint_images: 64", "checkpoint_images: 1000000")
            .replace("snapshot_images: 192", "snapshot_images: 1000000")
            .replace("flops: 1.0e9", "flops: 4.0e10"));
    CommandLineProcess run = start("run", file);
    Path checkpoint = campaign().resolve("trials/0000/checkpoint.safetensors");
    while (run.alive() && progress() < 64) {
      Thread.sleep(20);
    }
    assertThat(checkpoint).doesNotExist();
    run.signal("HUP");
    Captured hungUp = run.await();
    assertThat(hungUp.code()).as(hungUp.err()).isEqualTo(128 + 1);
    assertThat(checkpoint).exists();
    long saved = progress();
    Captured end = start("run", file).await();
    assertThat(end.code()).as(end.err()).isZero();
    assertThat(end.err()).contains("goes on");
    assertThat(saved).isGreaterThanOrEqualTo(64);
    try (TrialReader reader = read()) {
      assertThat(reader.attempts()).isEmpty();
      assertThat(reader.trials()).extracting(Trial::state).containsOnly(TrialState.COMPLETE);
    }
  }

  /** Images trained by what the journal says, 0 before there is one. */
  private long progress() {
    if (!Files.exists(campaign().resolve("journal.jsonl"))) {
      return 0;
    }
    try (TrialReader reader = read()) {
      return reader.progress().stream().mapToLong(Progress::done).max().orElse(0);
    }
  }

  /** Before, the part of the curve between the copy and the checkpoint was missing. */
  @Test
  void lossCurvesAreWholeAfterAnOlderCopyWasRestored() throws Exception {
    Path file = file(false, "executor: {workers: 1, pause: 0s}\n");
    String text = Files.readString(file).replace("flops: 1.0e9", "flops: 5.0e9");
    Files.writeString(file, text.replace("trials: 3", "trials: 1"));
    requireDone(start("run", file).await());
    Path older = Files.copy(campaign().resolve("backup.zip"), directory.resolve("older.zip"));
    Files.writeString(file, text.replace("trials: 3", "trials: 2"));
    CommandLineProcess run = start("run", file);
    Path checkpoint = campaign().resolve("trials/0001/checkpoint.safetensors");
    while (run.alive() && !(Files.exists(checkpoint) && points(1).size() > 3)) {
      Thread.sleep(10);
    }
    run.terminate();
    run.await();
    List<LossPoint> before = points(1);
    assertThat(before).hasSizeGreaterThan(3);
    Files.delete(campaign().resolve("campaign.mv.db"));
    Files.copy(older, campaign().resolve("backup.zip"), StandardCopyOption.REPLACE_EXISTING);
    Files.delete(campaign().resolve("backup-before.zip"));
    assertThat(start("doctor", campaign()).await().out())
        .contains("restored   backup.zip, which holds 1 trials");
    assertThat(points(1)).isEmpty();
    requireDone(start("run", file).await());
    List<LossPoint> whole = points(1);
    assertThat(whole).startsWith(before.toArray(LossPoint[]::new));
    assertThat(whole.size()).isGreaterThan(before.size());
    assertThat(whole.size()).isGreaterThanOrEqualTo(points(0).size() / 2);
  }

  private static void requireDone(Captured end) {
    assertThat(end.code()).as(end.err()).isZero();
  }

  private List<LossPoint> points(int trial) {
    try (TrialReader reader = read()) {
      return reader.losses(trial);
    }
  }

  @Test
  void askedToEndItEndsThoughAWorkerIsStopped() throws Exception {
    assumeFalse(hangUpIsIgnored(), "started by nohup, which programs started from here inherit");
    CommandLineProcess run = start("run", file(false, IMPATIENT));
    run.awaitError("trial 1 (2/3) starts");
    for (ProcessHandle worker : run.children()) {
      CommandLineProcess.signal("STOP", worker.pid());
    }
    run.signal("HUP");
    Captured end = run.await();
    assertThat(end.code()).as(end.err()).isEqualTo(128 + 1);
    assertThat(end.err()).contains("the terminal is gone: saving a checkpoint", "go on with:");
  }

  private static boolean hangUpIsIgnored() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> (Long.parseUnsignedLong(line.split("\\s+")[1], 16) & 1) != 0);
  }

  @Test
  void aCampaignWithoutAnyScoreHasFailedAndItsTrialsCanBeTriedAgain() throws Exception {
    Path file = file(false, WORKERS);
    String text = Files.readString(file);
    Files.writeString(
        file,
        text.replace("trials: 3", "trials: 1")
            .replace("learning_rate: 0.02", "learning_rate: 1, noise_mean: 10, noise_std: 10")
            .replace("flops: 1.0e9", "flops: 1.0e11"));
    Captured end = start("run", file).await();
    assertThat(end.code()).as(end.err()).isEqualTo(1);
    assertThat(end.errors().get(end.errors().size() - 1))
        .contains("no trial completed; the last one, trial 0, is FAILED")
        .contains("--retry-failed");
    Captured retried = start("retry", 0, campaign()).await();
    assertThat(retried.code()).as(retried.err()).isZero();
    try (TrialReader reader = read()) {
      assertThat(reader.trials().get(0).state()).isEqualTo(TrialState.WAITING);
      assertThat(reader.attempts()).extracting(Attempt::kind).containsOnly(FailureKind.DIVERGED);
    }
    Captured again = start("run", file, "--retry-failed").await();
    assertThat(again.code()).isEqualTo(1);
    try (TrialReader reader = read()) {
      assertThat(reader.attempts()).hasSize(2);
    }
  }
}
