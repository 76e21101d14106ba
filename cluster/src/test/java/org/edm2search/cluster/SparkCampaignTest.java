package org.edm2search.cluster;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.edm2search.campaign.Campaign;
import org.edm2search.campaign.CampaignListener;
import org.edm2search.campaign.CampaignResult;
import org.edm2search.campaign.TrialExecutor;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.data.DatasetProgress;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.pipeline.trial.FeatureFiles;
import org.edm2search.pipeline.trial.TrainAndScore;
import org.edm2search.pipeline.worker.ClusterEngine;
import org.edm2search.pipeline.worker.Layout;
import org.edm2search.pipeline.worker.Machine;
import org.edm2search.pipeline.worker.Workers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same campaign by the machine's own workers and by Spark, with real training. */
@Tag("slow")
class SparkCampaignTest {

  private static final FeatureFiles FEATURES =
      FeatureFiles.of(Optional.empty(), Map.of(), Path.of("target", "no-features"));

  @TempDir private Path directory;

  @Test
  void givesTheScoresOfLocalWorkers() throws IOException {
    Path images = ColourImages.write(directory.resolve("images"));
    List<Trial> expected = run(campaign(images, "here", "{workers: 2}"), CampaignListener.NONE);
    assertThat(expected).hasSize(3).allMatch(trial -> trial.score().isPresent());
    assertSame(
        run(
            campaign(images, "spark", "{kind: spark, master: 'local[2]', workers: 2}"),
            CampaignListener.NONE),
        expected);
  }

  @Test
  void withoutSparkTheClusterIsRefusedAtOnceWithTheCommandThatBuildsIt() throws Exception {
    Path lib = Files.createDirectories(directory.resolve("lib"));
    Files.createFile(lib.resolve("cluster-0.1.0.jar"));
    ProcessBuilder start =
        new ProcessBuilder(Path.of("standalone").toAbsolutePath().toString(), "start", "1")
            .redirectErrorStream(true);
    start.environment().put("EDM2_SEARCH_CLUSTER", directory.resolve("cluster").toString());
    start.environment().put("EDM2_SEARCH_CLUSTER_LIB", lib.toString());
    Process process = start.start();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("no Spark at " + lib, "EDM2_SEARCH_SPARK=yes ./edm2-search --version")
        .hasLineCount(1);
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(directory.resolve("cluster")).doesNotExist();
  }

  @Test
  void goesOnWhereALostExecutorLeftATrial() throws Exception {
    Path images = ColourImages.write(directory.resolve("images"));
    List<Trial> expected = run(campaign(images, "here", "{workers: 2}"), CampaignListener.NONE);
    try (ScriptCluster cluster =
        ScriptCluster.start("standalone", directory.resolve("cluster"), 2)) {
      KillsAnExecutor killer = new KillsAnExecutor();
      List<Trial> trials =
          run(
              campaign(
                  images,
                  "cluster",
                  "{kind: spark, master: '%s', workers: 2, pause: 0s, spark: {spark.jars: '%s'}}"
                      .formatted(cluster.master(), String.join(",", cluster.programJars()))),
              killer);
      assertThat(killer.killed).as("an executor was killed while it had a trial").isTrue();
      assertSame(trials, expected);
    }
  }

  @Test
  void givesTheSameScoresOnYarn() throws Exception {
    Path images = ColourImages.write(directory.resolve("images"));
    List<Trial> expected = run(campaign(images, "here", "{workers: 1}"), CampaignListener.NONE);
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Path settings = Path.of(System.getenv("HADOOP_CONF_DIR"));
    try (ScriptCluster cluster = ScriptCluster.start("yarn", settings.getParent(), 1);
        URLClassLoader withSettings =
            new URLClassLoader(new URL[] {settings.toUri().toURL()}, before)) {
      Thread.currentThread().setContextClassLoader(withSettings);
      // What YARN's nodes need of Spark is on this machine already.
      String spark =
          cluster.programJars().stream().map(jar -> "local:" + jar).collect(joining(","));
      assertSame(
          run(
              campaign(
                  images,
                  "yarn",
                  "{kind: spark, master: yarn, workers: 1, spark: {spark.jars: '%s', spark.yarn.jars: '%s'}}"
                      .formatted(String.join(",", cluster.programJars()), spark)),
              CampaignListener.NONE),
          expected);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private static void assertSame(List<Trial> trials, List<Trial> expected) {
    assertThat(trials.stream().map(trial -> trial.candidate().architectureId()))
        .containsExactlyElementsOf(
            expected.stream().map(trial -> trial.candidate().architectureId()).toList());
    assertThat(trials.stream().map(Trial::score))
        .containsExactlyElementsOf(expected.stream().map(Trial::score).toList());
  }

  /** Kills the process of an executor as soon as a trial is in training. */
  private static final class KillsAnExecutor implements CampaignListener {
    private final AtomicBoolean tried = new AtomicBoolean();
    private boolean killed;

    @Override
    public void trialProgressed(Trial trial, Progress progress) {
      if (progress.phase() == Phase.TRAINING && tried.compareAndSet(false, true)) {
        killed =
            ProcessHandle.allProcesses()
                .filter(process -> executor(process) && process.isAlive())
                .findFirst()
                .map(ProcessHandle::destroyForcibly)
                .orElse(false);
      }
    }

    private static boolean executor(ProcessHandle process) {
      return process
          .info()
          .arguments()
          .map(Arrays::asList)
          .filter(words -> words.contains("org.apache.spark.executor.CoarseGrainedExecutorBackend"))
          .isPresent();
    }
  }

  // ---------------------------------------------------------------- campaigns

  private CampaignSettings campaign(Path images, String name, String executor) throws IOException {
    Path file = directory.resolve(name + ".yaml");
    Files.writeString(
        file,
        """
        campaign: {name: %s, directory: "%s", seed: 3, trials: 3}
        search: {strategy: random}
        space:
          genes: {kernel: {scope: global, values: [3, 5]}, expansion: {scope: global, values: [2, 4]}}
        network: {model_channels: 8, channel_mult: [1], num_blocks: 1, attn_resolutions: [], channels_per_head: 8}
        data: {dataset: "%s", resolution: 8, background: white}
        training: {flops: 4.0e8, batch: 16, learning_rate: 0.05}
        evaluation: {samples: 40, steps: 3, batch: 20}
        executor: %s
        """
            .formatted(name, directory.resolve(name), images, executor));
    return CampaignSettings.load(file, DatasetProgress.NONE);
  }

  private static List<Trial> run(CampaignSettings settings, CampaignListener listener) {
    try (Campaign campaign =
            Campaign.open(
                settings.config(),
                settings.space(),
                environment(settings),
                settings.pricing(),
                Clock.systemUTC());
        TrialExecutor executor = executor(settings)) {
      CampaignResult result = campaign.run(executor, listener);
      assertThat(result.ending()).as(result.note()).isEqualTo(CampaignResult.Ending.DONE);
      return result.trials();
    }
  }

  private static Provenance environment(CampaignSettings settings) {
    try (TrainAndScore objective = new TrainAndScore(settings, FEATURES)) {
      return objective.environment();
    }
  }

  private static TrialExecutor executor(CampaignSettings settings) {
    if (settings.config().executor().cluster().isPresent()) {
      return ClusterEngine.find().executor(settings, FEATURES);
    }
    // As many threads as trials of the cluster have: others change the last digits.
    Layout oneThreadEach = new Layout(settings.config().executor().workers().orElseThrow(), 1);
    return new Workers(settings, FEATURES, new Machine(2, 4L << 30), List.of())
        .executor(oneThreadEach);
  }
}
