package org.edm2search.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.edm2search.campaign.CampaignResult.Ending;
import org.edm2search.campaign.store.H2TrialStore;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.campaign.trial.Spending;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A campaign killed at any moment and run again ends as if it had never been killed. */
@Tag("slow")
@Isolated
final class CampaignSurvivesKillTest {

  private static final int SEARCHED = 10;

  /** And the best two and the seed architecture, which is not one of them, twice again. */
  private static final int TRIALS = SEARCHED + 6;

  private static final int STEP_MILLIS = 20;
  private static final int SIGKILLED = 128 + 9;

  @TempDir Path folder;

  /** In the campaign's own process, and in two workers. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  @Timeout(600)
  void killedThreeTimesEndsLikeAnUninterruptedRun(int workers) throws Exception {
    CampaignConfig calm = config("calm", "");
    assertThat(KillableCampaign.run(calm, 0, workers, CampaignListener.NONE).ending())
        .isEqualTo(Ending.DONE);

    CampaignConfig harried = config("harried", "");
    SplittableRandom random = new SplittableRandom(7 + workers);
    for (int kill = 0; kill < 3; kill++) {
      int trial = 1 + 5 * kill + random.nextInt(3); // the last time, a repeat
      killDuring(workers, "started %d( again)?".formatted(trial), random.nextInt(6 * STEP_MILLIS));
      try (TrialReader left = harried.directory().read()) {
        assertThat(left.trials()).hasSizeGreaterThan(trial);
        assertThat(left.trials().stream().filter(row -> row.state().finished()).count())
            .isLessThan(TRIALS);
      }
    }
    endsLike(calm, harried, workers);
    try (TrialReader expected = calm.directory().read();
        TrialReader actual = harried.directory().read()) {
      assertThat(actual.trials()).hasSize(TRIALS);
      for (int trial = 0; trial < TRIALS; trial++) {
        assertThat(actual.losses(trial)).hasSize(6).isEqualTo(expected.losses(trial));
      }
    }
  }

  /** Twice a rung, at the moment a trial is on its way there or just after. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  @Timeout(600)
  void killedTwiceARungEndsLikeAnUninterruptedRun(int workers) throws Exception {
    String rungs = "fidelity: {rungs: 3, factor: 2, width: 3}\n";
    CampaignConfig calm = config("calm", rungs);
    assertThat(KillableCampaign.run(calm, 0, 1, CampaignListener.NONE).ending())
        .isEqualTo(Ending.DONE);

    CampaignConfig harried = config("harried", rungs);
    SplittableRandom random = new SplittableRandom(11 + workers);
    for (int rung = 0; rung < 3; rung++) {
      for (int kill = 0; kill < 2; kill++) {
        killDuring(workers, "toward rung " + rung, random.nextInt(4 * STEP_MILLIS));
      }
    }
    endsLike(calm, harried, workers);
    try (TrialReader actual = harried.directory().read()) {
      assertThat(actual.trials().stream().map(Trial::state)).contains(TrialState.PRUNED);
      assertThat(Spending.of(actual.trials()).loss()).isPositive();
    }
  }

  private void endsLike(CampaignConfig calm, CampaignConfig harried, int workers) throws Exception {
    List<String> said = new ArrayList<>();
    Process last = start(workers);
    try (BufferedReader out = last.inputReader()) {
      out.lines().forEach(said::add);
    }
    assertThat(last.waitFor()).as(() -> said.toString()).isZero();
    assertThat(said.get(0)).startsWith("started ");
    assertThat(said).endsWith("ended DONE");

    try (TrialReader expected = calm.directory().read();
        TrialReader actual = harried.directory().read()) {
      assertThat(timeless(actual)).isEqualTo(timeless(expected));
      assertThat(actual.rejections()).isEqualTo(expected.rejections());
      assertThat(Spending.of(actual.trials()).total()).isPositive();
      assertThat(actual.trials().stream().map(Trial::state))
          .contains(TrialState.COMPLETE, TrialState.FAILED);
    }
    try (TrialStore expected = H2TrialStore.open(calm.directory().store());
        TrialStore actual = H2TrialStore.open(harried.directory().store())) {
      assertThat(actual.strategyState()).isEqualTo(expected.strategyState());
    }
  }

  private CampaignConfig config(String name, String rungs) throws IOException {
    Path file = folder.resolve(name + ".yaml");
    String search = "strategy: genetic, population: 5";
    Files.writeString(
        file,
        Examples.yaml(folder.resolve(name), search, SEARCHED, Examples.GENES)
            + rungs
            + "confirm: {top: 2, runs: 3}\n");
    return CampaignConfig.load(file);
  }

  private Process start(int workers) throws IOException {
    return new ProcessBuilder(
            TestProcess.java(
                KillableCampaign.class,
                folder.resolve("harried.yaml").toString(),
                Integer.toString(STEP_MILLIS),
                Integer.toString(workers)))
        .redirectError(new File(folder.toFile(), "errors.txt"))
        .start();
  }

  private void killDuring(int workers, String at, int millis) throws Exception {
    Process process = start(workers);
    try (BufferedReader out = process.inputReader()) {
      String line = out.readLine();
      while (line != null && !line.matches(at)) {
        line = out.readLine();
      }
      assertThat(line).as(() -> errors()).isNotNull();
      CampaignDirectory directory = new CampaignDirectory(folder.resolve("harried"));
      assertThat(directory.runningProcess()).contains(process.pid());
      assertThatThrownBy(directory::lock)
          .hasMessageContaining("already being run by process " + process.pid());
      Thread.sleep(millis);
      assertThat(process.isAlive()).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor()).isEqualTo(SIGKILLED);
  }

  private String errors() {
    try {
      return Files.readString(folder.resolve("errors.txt"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Everything about the trials but when they happened. */
  private static List<List<Object>> timeless(TrialReader reader) {
    return reader.trials().stream()
        .map(
            trial ->
                List.<Object>of(
                    trial.number(),
                    trial.candidate(),
                    trial.repeatOf(),
                    trial.rungs(),
                    trial.state(),
                    trial.reason(),
                    trial.measurement(),
                    trial.spent(),
                    trial.provenance().map(origin -> origin.seed())))
        .toList();
  }
}
