package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From a folder of pictures to a trained network, through the real program. */
class DatasetCommandTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir private Path directory;

  private Path pictures;
  private Path zip;

  @BeforeEach
  void draw() throws IOException {
    pictures = directory.resolve("pictures");
    zip = directory.resolve("pictures.zip");
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 24; i++) {
      BufferedImage image = new BufferedImage(10 + i, 40 - i, BufferedImage.TYPE_INT_RGB);
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, random.nextInt(image.getHeight()), random.nextInt());
      }
      Path file = pictures.resolve("%s/%d.png".formatted(i % 3 == 0 ? "moon" : "sun", i));
      Files.createDirectories(file.getParent());
      ImageIO.write(image, "png", file.toFile());
    }
  }

  private Captured convert() {
    Captured result =
        Captured.run("dataset", "convert", pictures, zip, "--resolution", 8, "--json");
    assertThat(result.code()).as(result.err()).isZero();
    return result;
  }

  private Path campaign(String data) throws IOException {
    String text = Example.tiny(directory.resolve("campaign"));
    return Files.writeString(
        directory.resolve("campaign.yaml"),
        text.replaceFirst("(?s)dataset: fashion-mnist, resolution: 8", data));
  }

  @Test
  void aFolderBecomesAZipThatANetworkIsTrainedAndScoredOn() throws IOException {
    Files.writeString(pictures.resolve("sun/dawn.GIF"), "GIF89a");
    Captured result = convert();
    assertThat(result.err()).contains("left out: 1 .gif");
    JsonNode converted = JSON.readTree(result.out());
    assertThat(converted.path("images").asInt()).isEqualTo(24);
    assertThat(Captured.run("dataset", "info", zip).err()).doesNotContain("left out");
    assertThat(converted.path("classes").asInt()).isEqualTo(2);

    Path grid = directory.resolve("grid.png");
    Captured told = Captured.run("dataset", "info", zip, "--json", "--grid", grid);
    JsonNode facts = JSON.readTree(told.out());
    assertThat(facts.path("format").asString()).isEqualTo("zip");
    assertThat(facts.path("resolution").asInt()).isEqualTo(8);
    assertThat(facts.path("channels").asInt()).isEqualTo(3);
    assertThat(facts.path("class_counts").get(1).asInt()).isEqualTo(16);
    assertThat(facts.path("digest").asString()).hasSize(64);
    assertThat(ImageIO.read(grid.toFile()).getWidth()).isGreaterThan(600);

    assertThat(Captured.run("dataset", "info", zip).err()).contains("--full decodes all images");
    Path again = directory.resolve("again.zip");
    assertThat(Captured.run("dataset", "convert", zip, again).out()).contains("24 images", "8x8");
    assertThat(again).hasSameBinaryContentAs(zip);

    Path architecture =
        Files.writeString(
            directory.resolve("architecture.yaml"),
            Example.read("architectures/g-star-16.yaml")
                .replaceFirst("img_resolution: \\d+", "img_resolution: 8")
                .replaceFirst("img_channels: \\d+", "img_channels: 3")
                .replaceFirst("label_dim: \\d+", "label_dim: 2")
                .replaceFirst("model_channels: \\d+", "model_channels: 16"));
    Path recipe =
        Files.writeString(
            directory.resolve("recipe.yaml"),
            """
            data: {dataset: "%s", resolution: 8}
            training: {flops: 3e9, batch: 8}
            evaluation: {samples: 16, steps: 2}
            """
                .formatted(zip));
    Path out = directory.resolve("trained");
    Captured trained =
        Captured.run("train", architecture, "--recipe", recipe, "--out", out, "--json");
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(JSON.readTree(trained.out()).path("images").asInt()).isGreaterThanOrEqualTo(16);

    Captured scored = Captured.run("evaluate", out, "--protocol", recipe, "--json");
    assertThat(scored.code()).as(scored.err()).isZero();
    assertThat(scored.err()).contains("see colour images as grey");
    assertThat(JSON.readTree(scored.out()).path("protocol").asString())
        .contains("to pictures.zip 8×8 (24, ");
    refuses("name them by --held-out", "evaluate", out, "--protocol", recipe, "--floor");
    refuses("--neighbours needs", "evaluate", out, "--neighbours", directory.resolve("p.png"));
    refuses("no file 'none'", "evaluate", out, "--memorized", "--held-out", "none");

    // The training images themselves as held-out ones: the floor is that of the same images.
    Path pairs = directory.resolve("new/pairs.png");
    Captured compared =
        Captured.run(
            "evaluate",
            out,
            "--protocol",
            recipe,
            "--floor",
            "--memorized",
            "--held-out",
            zip,
            "--neighbours",
            pairs,
            "--json");
    assertThat(compared.code()).as(compared.err()).isZero();
    JsonNode answer = JSON.readTree(compared.out());
    assertThat(answer.path("distances").path("fd").path("real_images").asDouble()).isPositive();
    // Before, memorized was 0.000 without a word.
    assertThat(answer.path("held_out_in_training").asInt()).isEqualTo(16);
    assertThat(answer.has("memorized")).isFalse();
    assertThat(compared.err()).contains("all 16 held-out images are training images");
    // 16 pairs, four in a row; 8 pixels are shown as 64.
    BufferedImage picture = ImageIO.read(pairs.toFile());
    assertThat(picture.getWidth()).isEqualTo(8 * 66 + 2);
    assertThat(picture.getHeight()).isEqualTo(4 * 66 + 2);
    // A network that train wrote knows its recipe; weights alone are compared with the built-in
    // data.
    JsonNode own = JSON.readTree(Captured.run("evaluate", out, "--json").out());
    assertThat(own.path("protocol").asString()).contains("to pictures.zip 8×8 (24, ");
    Path alone = directory.resolve("alone/checkpoint.safetensors");
    Files.createDirectories(alone.getParent());
    Files.copy(out.resolve("checkpoint.safetensors"), alone);
    Captured without = Captured.run("evaluate", alone);
    assertThat(without.code()).isEqualTo(2);
    assertThat(without.err()).contains("8 x 8 images of 3 channels, but fashion-mnist has");
  }

  @Test
  void aCampaignWithAZipIsValid() throws IOException {
    convert();
    Captured valid = Captured.run("validate", campaign("dataset: \"%s\"".formatted(zip)));
    assertThat(valid.code()).as(valid.err()).isZero();
    assertThat(valid.out()).contains("pictures.zip at 8x8, 24 images, 3 channels, 2 classes");
    assertThat(valid.err()).contains("see colour images as grey");
  }

  @Test
  void infoPrintsATableOfClasses() {
    convert();
    Captured told = Captured.run("dataset", "info", zip);
    assertThat(told.err()).hasLineCount(1).contains("not counted: ");
    assertThat(told.out())
        .contains("format      zip of images", "images      24", "classes     2")
        .containsPattern("0  moon +8\n")
        .containsPattern("1  sun +16\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dataset: ZIP, resolution: 16 | has images of 8×8, not 16×16",
        "dataset: ZIP, resolution: 4096 | data.resolution: must be between 2 and 1024",
        "dataset: ZIP, format: npz | pictures.zip: has no images",
        "dataset: ZIP, format: png | data.format: must be one of folder, zip, cifar, idx, npz",
        "dataset: ZIP, channels: 2 | data.channels: must be one of 1, 3",
        "dataset: ZIP, chanels: 3 | did you mean 'channels'?",
        "dataset: PICTURES | is not square",
        "dataset: fashion-mnist, channels: 3 | data.channels: unknown key",
        "dataset: /no/such.zip | there is no file and no data set '/no/such.zip'"
      })
  void aCampaignsWrongDataAreRefused(String data, String expected) throws IOException {
    convert();
    String named =
        data.replace("ZIP", "\"" + zip + "\"").replace("PICTURES", "\"" + pictures + "\"");
    refuses(expected, "validate", campaign(named));
  }

  @Test
  void wrongUseIsRefused() throws IOException {
    convert();
    refuses("which command?", "dataset");
    refuses(
        "has images of 10×40 (1 of them), ",
        "dataset",
        "convert",
        pictures,
        directory.resolve("x.zip"));
    refuses("exists; --overwrite", "dataset", "convert", pictures, zip, "--resolution", 8);
    refuses("no such file", "dataset", "info", directory.resolve("nothing"));
    refuses("channels must be 1 or 3", "dataset", "info", zip, "--channels", 2);
    Path other = directory.resolve("other.zip");
    refuses("between 2 and 1024", "dataset", "convert", pictures, other, "--resolution", 1);
    refuses("--crop", "dataset", "convert", pictures, other, "--resolution", 8, "--crop", "x");
    Files.writeString(pictures.resolve("sun/broken.png"), "");
    refuses("broken.png: neither PNG", "dataset", "convert", pictures, other, "--resolution", 8);
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("pictures", "pictures.zip");
    }
    Captured skipping =
        Captured.run(
            "dataset",
            "convert",
            pictures,
            zip,
            "--resolution",
            8,
            "--on-error",
            "skip",
            "--overwrite");
    assertThat(skipping.code()).isZero();
    assertThat(skipping.err()).contains("skipped: ", "broken.png");
    assertThat(skipping.out()).contains("24 images of 2 classes, 8x8", "(1 skipped)");
  }

  private static void refuses(String expected, Object... arguments) {
    Captured result = Captured.run(arguments);
    assertThat(result.err()).contains(expected);
    assertThat(result.errors()).hasSize(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.code()).isEqualTo(2);
  }
}
