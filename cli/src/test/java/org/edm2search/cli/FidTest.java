package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code fid} takes, prints and keeps. */
class FidTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Path FIXTURES = Path.of("../evaluator/src/test/resources/statistics");

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "features.safetensors:a, features.safetensors:b, FD@300 (features given)",
    "a.npz, b.npz, FD (features given)",
    "features.safetensors:a, b-fortran.npz, FD@300 (features given)"
  })
  void theDistanceIsSciPys(String a, String b, String name) throws IOException {
    double expected = Double.parseDouble(Files.readString(FIXTURES.resolve("distance.txt")));
    JsonNode answer = json("fid", FIXTURES.resolve(a), FIXTURES.resolve(b), "--json");
    assertThat(answer.get("distance").asDouble()).isCloseTo(expected, within(1e-6));
    assertThat(answer.get("name").asString()).isEqualTo(name);
    assertThat(answer.get("warnings").isEmpty()).isTrue();
    assertThat(answer.get("count_a").isNull()).isEqualTo(a.equals("a.npz"));
  }

  @Test
  void anIntervalIsOfTheImagesAndNotOfStatistics() throws IOException {
    Path images = folder(40);
    Path archive = zip(40);
    JsonNode answer = json("fid", images, "fashion-mnist-test:16", "--interval", "--json");
    double distance = answer.get("distance").asDouble();
    JsonNode plain = json("fid", images, "fashion-mnist-test:16", "--json");
    assertThat(distance).isCloseTo(plain.get("distance").asDouble(), within(1e-6 * distance));
    assertThat(plain.has("low")).isFalse();
    assertThat(answer.get("low").asDouble()).isLessThan(distance);
    assertThat(answer.get("high").asDouble()).isGreaterThan(distance);
    Captured text = Captured.run("fid", archive, "fashion-mnist-test:16", "--interval");
    assertThat(text.out()).contains(" (95 % interval ", "FD@40");
    Captured without = Captured.run("fid", FIXTURES.resolve("a.npz"), archive, "--interval");
    assertThat(without.code()).isEqualTo(2);
    assertThat(without.err()).contains("--interval needs images or features");
  }

  private static JsonNode json(Object... arguments) {
    Captured answer = Captured.run(arguments);
    assertThat(answer.code()).as(answer.err()).isZero();
    return JSON.readTree(answer.out());
  }

  private static void writePng(int i, OutputStream out) throws IOException {
    BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (int p = 0; p < 256; p++) {
      image.setRGB(p % 16, p / 16, 0x010101 * ((p * (i + 3) ^ i * 7) & 0xff));
    }
    ImageIO.write(image, "png", out);
  }

  private Path folder(int count) throws IOException {
    Path folder = Files.createDirectories(directory.resolve("images"));
    for (int i = 0; i < count; i++) {
      try (OutputStream out = Files.newOutputStream(folder.resolve("%03d.png".formatted(i)))) {
        writePng(i, out);
      }
    }
    return folder;
  }

  private Path zip(int count) throws IOException {
    Path file = directory.resolve("dataset.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < count; i++) {
        zip.putNextEntry(new ZipEntry("00000/img%08d.png".formatted(i)));
        writePng(i, zip);
        zip.closeEntry();
      }
    }
    return file;
  }

  @Test
  void aFolderAndAnArchiveOfTheSameImagesAreOne() throws IOException {
    Captured result = Captured.run("fid", folder(20), zip(20));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(Double.parseDouble(result.out().split(" ")[0])).isCloseTo(0, within(1e-6));
    assertThat(result.out()).containsPattern("FD@20 \\(builtin \\w+\\), 20 images and 20 images");
    assertThat(result.err()).contains("warning: 20 images do not span 64 features");
  }

  /** Before, a directory was read by a second reader, which knew PNG only. */
  @Test
  void aDirectoryIsReadAsDataSetsAre() throws IOException {
    Path folder = Files.createDirectories(directory.resolve("mixed/cats"));
    for (int i = 0; i < 6; i++) {
      BufferedImage image =
          new BufferedImage(
              16, 16, i % 2 == 0 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
      image.setRGB(i, i, 0xffffff);
      String format = i < 3 ? "jpg" : "bmp";
      ImageIO.write(image, format, folder.resolve(i + "." + format).toFile());
    }
    Captured result = Captured.run("fid", folder.getParent(), folder);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(Double.parseDouble(result.out().split(" ")[0])).isCloseTo(0, within(1e-6));
    assertThat(result.out()).contains("6 images and 6 images");
  }

  @ParameterizedTest
  @CsvSource({"saved.npz, features given", "saved.safetensors, builtin"})
  void savedStatisticsStandForTheImages(String name, String extractor) throws IOException {
    Path saved = directory.resolve(name);
    Path images = folder(80);
    Captured saving = Captured.run("fid", images, "--save-statistics", saved);
    assertThat(saving.code()).as(saving.err()).isZero();
    assertThat(saving.out()).isEmpty();
    assertThat(saving.err()).contains("statistics of 80 images");
    JsonNode alone = json("fid", images, "--save-statistics", saved, "--json");
    assertThat(alone.get("statistics").asString()).isEqualTo(saved.toString());
    assertThat(alone.get("count_a").asInt()).isEqualTo(80);
    JsonNode answer = json("fid", images, saved, "--json");
    assertThat(answer.get("distance").asDouble()).isCloseTo(0, within(1e-6));
    assertThat(answer.get("count_b").asInt()).isEqualTo(80);
    assertThat(answer.get("name").asString()).contains("FD@80", extractor);
  }

  @Test
  void whatIsNotReadIsRefusedInOneLine() throws IOException {
    Path pickle = Files.write(directory.resolve("network.pkl"), new byte[100]);
    refused("is a pickle", pickle, pickle);
    Path damaged = Files.write(directory.resolve("s.safetensors"), new byte[100]);
    refused("s.safetensors", damaged, damaged);
    Path cut = directory.resolve("cut.npz");
    Files.write(cut, java.util.Arrays.copyOf(Files.readAllBytes(FIXTURES.resolve("a.npz")), 900));
    refused("not a whole .npz archive", cut, cut);
    refused("pickled Python objects", FIXTURES.resolve("objects.npz"), cut);
    refused("64 and 12 dimensions", folder(3), FIXTURES.resolve("a.npz"));
    refused("give B", folder(3));
  }

  private static void refused(String reason, Object... sources) {
    Object[] words = new Object[1 + sources.length];
    words[0] = "fid";
    System.arraycopy(sources, 0, words, 1, sources.length);
    Captured result = Captured.run(words);
    assertThat(result.errors()).hasSize(1);
    assertThat(result.err()).contains(reason);
    assertThat(result.code()).isEqualTo(2);
  }
}
