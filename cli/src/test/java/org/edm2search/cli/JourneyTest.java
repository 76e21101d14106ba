package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands of docs/journey.md, word by word but for the numbers, on colour images. */
@Tag("slow")
class JourneyTest {

  private static final Path PAGE = Path.of("..", "docs", "journey.md");

  /** Numbers of the page, and what a test has time for. */
  private static final Map<String, String> SMALL = new LinkedHashMap<>();

  static {
    SMALL.put("trials: 24", "trials: 2");
    SMALL.put("population: 8", "population: 2");
    SMALL.put("model_channels: 32", "model_channels: 8");
    SMALL.put("channels_per_head: 32", "channels_per_head: 8");
    SMALL.put("flops: 1e12, batch: 64", "flops: 3e8, batch: 16");
    SMALL.put(
        "checkpoint_images: 16384, snapshot_images: 4096",
        "checkpoint_images: 64, snapshot_images: 64");
    SMALL.put("samples: 1000, steps: 18", "samples: 32, steps: 3");
    SMALL.put("--flops 1e13", "--flops 6e8");
    SMALL.put("--flops 2e13", "--flops 9e8");
    SMALL.put("--samples 5000", "--samples 32");
  }

  @TempDir private static Path directory;
  private static Launcher program;
  private static final Map<String, Captured> RUNS = new LinkedHashMap<>();

  @BeforeAll
  static void followThePage() throws Exception {
    program = Launcher.in(directory);
    drawPictures(directory.resolve("pictures"));
    String page = Files.readString(PAGE);
    for (Map.Entry<String, String> number : SMALL.entrySet()) {
      assertThat(page).contains(number.getKey());
      page = page.replace(number.getKey(), number.getValue());
    }
    Files.writeString(directory.resolve("photos.yaml"), blocks(page, "yaml").get(0));
    for (String block : blocks(page, "sh")) {
      for (String line : block.lines().toList()) {
        String command = line.replaceFirst("^edm2-search ", "");
        Captured run = program.shell(Map.of(), "\"$PROGRAM\" " + command);
        assertThat(run.code()).as("%s: %s", line, run.err()).isZero();
        RUNS.put(command.replaceFirst(" --samples.*", ""), run);
      }
    }
  }

  private static List<String> blocks(String page, String language) {
    List<String> blocks = new ArrayList<>();
    Matcher matcher =
        Pattern.compile("```%s\n(.*?)```".formatted(language), Pattern.DOTALL).matcher(page);
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    assertThat(blocks).isNotEmpty();
    return blocks;
  }

  /** Two classes of noisy colour: reddish and bluish. */
  private static void drawPictures(Path folder) throws IOException {
    Random random = new Random(1);
    for (String name : List.of("red", "blue")) {
      Path of = Files.createDirectories(folder.resolve(name));
      for (int i = 0; i < 40; i++) {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < 64; pixel++) {
          int strong = 160 + random.nextInt(96);
          int weak = random.nextInt(96);
          int rgb = name.equals("red") ? strong << 16 | weak : weak << 16 | strong;
          image.setRGB(pixel % 8, pixel / 8, rgb | random.nextInt(96) << 8);
        }
        ImageIO.write(image, "png", of.resolve("%02d.png".formatted(i)).toFile());
      }
    }
  }

  @Test
  void finalistsHaveTheBaselineAndTheirChoiceIsUsed() throws Exception {
    assertThat(RUNS.get("finalists photos --top 2 --runs 6").out()).contains("G* 0");
    JsonNode chosen = json("campaigns/photos/chosen.json");
    assertThat(chosen.has("0")).isTrue();
    // The other length than the campaign's, so that taking it is seen.
    Path file = directory.resolve("campaigns/photos/chosen.json");
    String before = Files.readString(file);
    Files.writeString(file, before.replaceAll("\"ema\" : [\\d.]+", "\"ema\" : 0.05"));
    Captured exported = program.run("export", "photos", "--trial", "G*", "--out", "chosen");
    assertThat(exported.code()).as(exported.err()).isZero();
    assertThat(exported.out()).contains("trial 0", "EMA 0.05", "finalists chose");
    assertThat(
            program.run("export", "photos", "--trial", 0, "--as-searched", "--out", "plain").out())
        .contains("EMA 0.1", "as searched");
    assertThat(directory.resolve("chosen/model.safetensors"))
        .satisfies(
            model ->
                assertThat(Files.readAllBytes(model))
                    .isNotEqualTo(
                        Files.readAllBytes(directory.resolve("plain/model.safetensors"))));
    Files.writeString(file, before);
    assertThat(json("chosen/metrics.json").get("finalist").get("blocks").size())
        .isGreaterThanOrEqualTo(3);
  }

  @Test
  void theWinnerIsTrainedOnWithTheLargerBudget() {
    assertThat(images("train --trial best photos --flops 9e8 --out long"))
        .isGreaterThan(images("train --trial best photos --flops 6e8 --out long"));
    assertThat(directory.resolve("long/checkpoint.previous.safetensors")).exists();
  }

  private static int images(String command) {
    Matcher matcher =
        Pattern.compile("trained on ([\\d,]+) images").matcher(RUNS.get(command).out());
    assertThat(matcher.find()).as(RUNS.get(command).out()).isTrue();
    return Integer.parseInt(matcher.group(1).replace(",", ""));
  }

  @Test
  void theFinalModelIsABundleOfItsRecipeAndDrawsAlone() throws Exception {
    Captured exported = RUNS.get("export long --out photos-model");
    String ema = json("long/training.json").get("ema").asString();
    assertThat(exported.out()).contains("EMA " + ema, "of its recipe");
    JsonNode sampler = json("photos-model/sampler.json");
    assertThat(sampler.get("steps").asInt()).isEqualTo(3);
    assertThat(sampler.get("classes").size()).isEqualTo(2);
    assertThat(Files.readString(directory.resolve("photos-model/README.md")))
        .contains("photos, trial ", "blue, red");
    assertThat(ImageIO.read(directory.resolve("grid.png").toFile()).getWidth()).isGreaterThan(8);
    assertThat(RUNS.get("evaluate long").out()).contains("EMA " + ema, "@32");
  }

  @Test
  void whatEvaluateFoundOfTheLongTrainingIsPublishedAndReproduced() throws Exception {
    JsonNode score = json("photos-model/metrics.json").get("score");
    assertThat(score.get("name").asString()).contains("@32");
    assertThat(Files.readString(directory.resolve("photos-model/README.md")))
        .contains("| " + score.get("name").asString() + " |")
        .doesNotContain("small budget", "NoiseDistribution");
    Captured verified = program.run("verify", "photos-model", "--score");
    assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
    // Of other averaged weights, nobody knows the score.
    Captured other = program.run("export", "long", "--ema", "0.07", "--out", "other");
    assertThat(other.err()).contains("no score", "evaluate long");
    assertThat(json("other/metrics.json").has("score")).isFalse();
  }

  @Test
  void aFlippedByteIsNotExported() throws Exception {
    Path damaged = Files.createDirectory(directory.resolve("damaged"));
    for (String name :
        List.of("checkpoint.safetensors", "checkpoint.previous.safetensors", "recipe.yaml")) {
      Files.copy(directory.resolve("long").resolve(name), damaged.resolve(name));
    }
    Path file = damaged.resolve("checkpoint.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 4;
    Files.write(file, bytes);

    Captured export = program.run("export", "damaged", "--out", "never");
    assertThat(export.code()).as(export.err()).isNotZero();
    assertThat(export.err()).contains("is damaged");
    assertThat(directory.resolve("never")).doesNotExist();
    Captured sampled =
        program.run("sample", "damaged", "--out", "s.png", "--rows", 1, "--steps", 2);
    assertThat(sampled.code()).as(sampled.err()).isZero();
    assertThat(sampled.err()).contains("warning", "taking checkpoint.previous.safetensors");
  }

  @Test
  void weightsAloneAreTrainedScoredAndExportedAgain() throws Exception {
    Path weights = Path.of("photos-model/model.safetensors");
    Captured trained =
        program.run("train", "--from", weights, "--recipe", "photos.yaml", "--out", "tuned");
    assertThat(trained.code()).as(trained.err()).isZero();
    Captured scored =
        program.run("evaluate", weights, "--protocol", "photos.yaml", "--samples", 16);
    assertThat(scored.code()).as(scored.err()).isZero();
    Captured exported = program.run("export", weights, "--out", "again");
    assertThat(exported.code()).as(exported.err()).isZero();
    assertThat(directory.resolve("again/model.safetensors"))
        .hasSameBinaryContentAs(directory.resolve(weights));
  }

  private static JsonNode json(String file) throws IOException {
    return JsonMapper.shared().readTree(Files.readString(directory.resolve(file)));
  }
}
