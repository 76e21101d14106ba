package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the program says of costs before anything is spent. */
class ForecastTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir private Path directory;

  private Path campaign(String right, String wrong) throws IOException {
    String text = Example.tiny(directory.resolve("campaign"));
    assertThat(text).contains(right);
    return Files.writeString(directory.resolve("campaign.yaml"), text.replace(right, wrong));
  }

  @Test
  void aCampaignBeyondTheDiskIsWarnedOf() throws IOException {
    Path small = campaign("trials: 3", "trials: 3");
    assertThat(Captured.run("validate", small).err()).isEmpty();
    Path huge = campaign("snapshot_images: 192", "snapshot_images: 64").toAbsolutePath();
    Files.writeString(
        huge,
        Files.readString(huge).replace("trials: 3", "trials: 100000").replace("1.0e9", "600T"));
    Captured warned = Captured.run("validate", huge);
    assertThat(warned.code()).as(warned.err()).isZero();
    assertThat(warned.err()).contains("warning: ", "of disk", "are free");
    assertThat(warned.out()).contains("FLOPs ", "for scoring", "memory ", "disk ");
  }

  @Test
  void trainingCostsWhatTheBudgetSays() throws IOException {
    JsonNode forecast =
        JSON.readTree(Captured.run("validate", campaign("1.0e9", "1G"), "--json").out())
            .get("forecast");
    double budget = 3 * 1e9;
    // A last batch that the budget does not buy whole is not trained.
    assertThat(forecast.get("training_flops").asDouble()).isBetween(0.5 * budget, budget);
    assertThat(forecast.get("scoring_flops").asDouble()).isPositive();
    assertThat(forecast.has("seconds")).isFalse();
  }

  @Test
  void scoringThatTakesMoreThanTrainingIsWarnedOfWithASampleCountThatDoesNot() throws IOException {
    String text = Files.readString(campaign("1.0e9", "1.0e10"));
    Path file = directory.resolve("scoring.yaml");
    Files.writeString(file, text.replaceAll("samples: *\\d+", "samples: 50000"));
    String warning = Captured.run("validate", file).err();
    Matcher count = Pattern.compile("evaluation.samples: (\\d+)").matcher(warning);
    assertThat(count.find()).as(warning).isTrue();
    assertThat(warning).containsPattern(" takes [\\d,]+ times the FLOPs of training");
    Files.writeString(file, text.replaceAll("samples: *\\d+", "samples: " + count.group(1)));
    assertThat(Captured.run("validate", file).err()).doesNotContain("warning");
    long more = Long.parseLong(count.group(1)) + 1;
    Files.writeString(file, text.replaceAll("samples: *\\d+", "samples: " + more));
    assertThat(Captured.run("validate", file).err()).contains("warning: scoring takes 1.0 times");
  }

  @Test
  void fewerSamplesThanAxesAreWarnedOf() throws IOException {
    Path file = campaign("samples: 64", "samples: 63");
    assertThat(Captured.run("validate", file).err()).contains("evaluation.samples: 63 are too few");
    Files.writeString(
        file, Files.readString(file).replace("samples: 63", "samples: 63, objective: kid"));
    Captured kid = Captured.run("validate", file);
    assertThat(kid.err()).doesNotContain("too few");
    assertThat(kid.out()).contains(" of a larger network, training.flops buys no batch");
  }

  @Test
  void aMeasurementGivesTimeAndMemory() throws IOException {
    Path file = campaign("trials: 3", "trials: 3");
    JsonNode plain = JSON.readTree(Captured.run("validate", file, "--json").out()).get("forecast");
    Captured result = Captured.run("validate", file, "--measure", "--json");
    assertThat(result.code()).as(result.err()).isZero();
    JsonNode measured = JSON.readTree(result.out()).get("forecast");
    assertThat(measured.get("seconds").asDouble()).isPositive();
    assertThat(measured.get("memory_bytes").asDouble())
        .isGreaterThan(plain.get("memory_bytes").asDouble());
  }

  @Test
  void severalArchitecturesAndCampaignsHaveACost() {
    Captured cost =
        Captured.run("cost", "A", "G*", Path.of("..", "examples", "tiny.yaml"), "--json");
    assertThat(cost.code()).as(cost.err()).isZero();
    assertThat(cost.out()).contains("\"architecture\" : \"A\"", "153972069", "tiny.yaml");
  }
}
