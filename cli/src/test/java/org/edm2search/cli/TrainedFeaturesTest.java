package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Colour images of one's own, from features to a ranked campaign, as a user goes. */
@Tag("slow")
class TrainedFeaturesTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir private Path directory;

  /** Sixty images, three reddish for each bluish one. */
  private Path images() throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < 60; i++) {
      boolean blue = i % 4 == 0;
      BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
      for (int p = 0; p < 64; p++) {
        int strong = 128 + random.nextInt(100);
        int weak = random.nextInt(60) + 4 * (p / 8);
        image.setRGB(p % 8, p / 8, blue ? weak << 16 | strong : strong << 16 | weak);
      }
      Path folder =
          Files.createDirectories(directory.resolve("pictures/" + (blue ? "blue" : "red")));
      ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
    }
    return directory.resolve("pictures");
  }

  @Test
  void aColourCampaignIsScoredInFeaturesOfItsOwnImagesByTwoWorkers() throws Exception {
    Path images = images();
    Launcher launcher = Launcher.in(directory);
    Captured trained =
        launcher.run(
            "features", "train", images, "--out", "own.safetensors", "--images", 5000, "--json");
    assertThat(trained.code()).as(trained.err()).isZero();
    JsonNode features = JSON.readTree(trained.out());
    assertThat(features.get("accuracy").asDouble()).isGreaterThan(0.8);
    assertThat(features.get("sees").asString()).isEqualTo("colour images of 8x8");

    String text = Example.tiny(directory.resolve("campaign"));
    String built =
        text.replace("dataset: fashion-mnist", "dataset: pictures")
            .replace("1.0e9", "3.0e8")
            .replace("trials: 3", "trials: 2");
    Path without = Files.writeString(directory.resolve("built-in.yaml"), built);
    Captured proposed = launcher.run("validate", without);
    assertThat(proposed.err()).contains("'edm2-search features train");
    Path file =
        Files.writeString(
            directory.resolve("own.yaml"),
            built.replace("samples: 64", "samples: 64, features: own.safetensors"));
    Captured run = launcher.run("run", file, "--workers", 2);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).containsPattern("FD-PCA64@64 \\(trained pictures [0-9a-f]{8}\\)");
    assertThat(run.out().replaceAll("\\s+", " ")).contains("labels as frequent as in the data");
    assertThat(run.err()).doesNotContain("see colour images as grey");
    Captured damaged =
        launcher.run(
            "validate",
            Files.writeString(
                directory.resolve("none.yaml"), Files.readString(file).replace("own.s", "no.s")));
    assertThat(damaged.code()).isEqualTo(2);
    assertThat(damaged.err()).contains("there is none at no.safetensors");
  }
}
