package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.edm2search.campaign.trial.RungHistory;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Real campaigns train in rungs, by the launcher and its workers, on images of one's own. */
@Tag("slow")
class RungsTest {

  private static final int LOSS_IMAGES = 64;
  private static final String RUNGS =
      "fidelity: {rungs: 3, factor: 2, loss_images: %d}\n".formatted(LOSS_IMAGES);

  /** Kills the campaign's process when trial 2 has begun to train. */
  private static final String KILLED =
      """
      "$PROGRAM" run photos.yaml --workers "$1" --quiet & campaign=$!
      until [ -e campaigns/photos/trials/0002/checkpoint.safetensors ]; do
        kill -0 $campaign || exit 1
        sleep 0.1
      done
      kill -9 $campaign
      wait $campaign || true
      """;

  @TempDir private static Path folder;
  private static OwnCampaign alone;

  @BeforeAll
  static void runWithOneWorker() throws Exception {
    alone = campaign("alone", "", RUNGS);
    alone.run("run", "photos.yaml", "--workers", "1", "--quiet");
  }

  private static OwnCampaign campaign(String name, String search, String more) throws Exception {
    Path directory = Files.createDirectories(folder.resolve(name));
    OwnCampaign campaign = OwnCampaign.in(directory, search, "3e8");
    Path file = directory.resolve("photos.yaml");
    Files.writeString(
        file,
        Files.readString(file)
                .replace("trials: 4", "trials: 5")
                .replace("dataset: pictures", "dataset: pictures, held_out: 0.2")
            + more);
    return campaign;
  }

  private static List<List<Object>> outcomes(OwnCampaign campaign) {
    return campaign.snapshot().trials().stream()
        .map(
            trial ->
                List.<Object>of(
                    trial.candidate(),
                    trial.rungs(),
                    trial.state(),
                    trial.reason(),
                    trial.score(),
                    trial.spent()))
        .toList();
  }

  @Test
  void threeWorkersThatAreKilledGiveTheSameTrialsScoresAndLedger() throws Exception {
    OwnCampaign three = campaign("three", "", RUNGS);
    Captured killed = three.program().shell(Map.of(), KILLED, 3);
    assertThat(killed.code()).as(killed.err()).isZero();
    assertThat(three.snapshot().trials()).anyMatch(trial -> !trial.state().finished());
    three.run("run", "photos.yaml", "--workers", "3", "--quiet");

    assertThat(outcomes(three)).isEqualTo(outcomes(alone)).hasSize(5);
    finalistsTrainAgainAndTheRestIsFreed(three);
  }

  /** Repeats are trained at a stretch; what the race and the ranking need stays. */
  private static void finalistsTrainAgainAndTheRestIsFreed(OwnCampaign campaign) throws Exception {
    String[] race = {
      "finalists",
      "photos",
      "--top",
      "1",
      "--runs",
      "2",
      "--confidence",
      "0.999",
      "--samples",
      "16",
      "--blocks",
      "1",
      "--workers",
      "2",
      "--json"
    };
    JsonNode raced = JsonMapper.shared().readTree(campaign.run((Object[]) race).out());
    assertThat(raced.get("finalists").size()).isEqualTo(2);
    List<Trial> trials = campaign.snapshot().trials();
    assertThat(trials).hasSize(7);
    for (Trial repeat : trials.subList(5, 7)) {
      Trial first = trials.get(repeat.repeatOf().orElseThrow());
      assertThat(repeat.state()).isEqualTo(TrialState.COMPLETE);
      assertThat(repeat.score()).isNotEqualTo(first.score());
      assertThat(repeat.spent().training()).isEqualTo(first.spent().training());
    }

    assertThat(campaign.run("gc", "photos", "--keep", "1").out()).startsWith("freeing ");
    for (Trial trial : trials) {
      Path files = campaign.campaign().trial(trial.number());
      assertThat(Files.exists(files.resolve("checkpoint.safetensors")))
          .as("trial %d, %s", trial.number(), trial.state())
          .isEqualTo(trial.state() == TrialState.COMPLETE);
      assertThat(Files.exists(files.resolve("held-out-loss-1.npy")))
          .isEqualTo(trial.repeatOf().isEmpty());
    }
    assertThat(campaign.run("status", "photos").out())
        .contains("state      finished", "not in it: samples that finalists and rescore drew");
    assertThat(campaign.run("run", "photos.yaml", "--quiet").code()).isZero();
    assertThat(campaign.snapshot().trials()).isEqualTo(trials);
  }

  @Test
  void everythingIsCharged() {
    List<Trial> trials = alone.snapshot().trials();
    assertThat(trials).extracting(Trial::state).contains(TrialState.COMPLETE, TrialState.PRUNED);
    for (Trial trial : trials) {
      long images = trial.rungs().last().orElseThrow().images();
      assertThat(trial.spent().training()).isEqualTo(trial.candidate().cost().training(images));
      assertThat(trial.spent().loss())
          .isEqualTo(
              BigInteger.valueOf(trial.candidate().cost().multiplyAdds())
                  .multiply(BigInteger.valueOf(LOSS_IMAGES))
                  .multiply(BigInteger.valueOf(trial.rungs().reached().size())));
      assertThat(trial.spent().sampling().signum())
          .isEqualTo(trial.state() == TrialState.COMPLETE ? 1 : 0);
    }
  }

  /** The same images held out, but no rung below the whole training. */
  @Test
  void aPromotedNetworkIsTheUninterruptedOne() throws Exception {
    OwnCampaign whole = campaign("whole", "", RUNGS.replace("rungs: 3", "rungs: 1, width: 5"));
    whole.run("run", "photos.yaml", "--workers", "2", "--quiet");
    List<Trial> uninterrupted = whole.snapshot().trials();
    List<Trial> promoted =
        alone.snapshot().trials().stream()
            .filter(trial -> trial.state() == TrialState.COMPLETE)
            .toList();
    assertThat(promoted).isNotEmpty();
    for (Trial trial : promoted) {
      Trial same = uninterrupted.get(trial.number());
      assertThat(trial.candidate()).isEqualTo(same.candidate());
      assertThat(trial.score()).isEqualTo(same.score());
      assertThat(trial.rungs().last().orElseThrow().loss())
          .isEqualTo(same.rungs().last().orElseThrow().loss());
    }
  }

  @Test
  void anAsynchronousCampaignGoesOnAfterAKill() throws Exception {
    OwnCampaign campaign = campaign("asynchronous", ", mode: asynchronous", RUNGS);
    Captured killed = campaign.program().shell(Map.of(), KILLED, 2);
    assertThat(killed.code()).as(killed.err()).isZero();
    campaign.run("run", "photos.yaml", "--workers", "2", "--quiet");

    List<Trial> trials = campaign.snapshot().trials();
    assertThat(trials).hasSize(5).allMatch(trial -> trial.state().finished());
    assertThat(trials).extracting(Trial::state).contains(TrialState.COMPLETE, TrialState.PRUNED);
    assertThat(trials)
        .extracting(Trial::rungs)
        .extracting(RungHistory::turn)
        .doesNotHaveDuplicates()
        .allMatch(turn -> turn.isPresent());
  }

  @Test
  void validateAndShowTellOfRungs() throws Exception {
    assertThat(alone.run("validate", "photos.yaml").out())
        .contains("rungs     3, each 2 times the one below; held-out loss on 7 images")
        .contains("trainings 5 to rung 1, 3 to rung 2, 2 to the top")
        .contains("31 images");
    JsonNode shown = JsonMapper.shared().readTree(alone.run("show", "0", "photos", "--json").out());
    JsonNode lowest = shown.get("rungs").get(0);
    assertThat(lowest.get("rung").asInt()).isEqualTo(1);
    assertThat(lowest.get("held_out_loss").asDouble()).isPositive();
    assertThat(lowest.get("standard_error").asDouble()).isPositive();
    assertThat(lowest.get("by_noise_level").size()).isEqualTo(8);
    Trial pruned =
        alone.snapshot().trials().stream()
            .filter(trial -> trial.state() == TrialState.PRUNED)
            .findFirst()
            .orElseThrow();
    String number = Integer.toString(pruned.number());
    JsonNode above =
        JsonMapper.shared()
            .readTree(alone.run("show", number, "photos", "--json").out())
            .get("rungs")
            .get(0)
            .get("above_best");
    assertThat(above.get("difference").asDouble()).isPositive();
    assertThat(above.get("standard_error").asDouble())
        .isBetween(1e-9, pruned.rungs().reached().get(0).standardError());
    assertThat(alone.run("show", number, "photos").out())
        .contains("held-out loss, rung 1", "above the lowest");
  }
}
