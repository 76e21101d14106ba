package org.edm2search.eval.fid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.ImageDataset;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.TensorFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierExtractorTest {

  private static ClassifierExtractor extractor;

  @TempDir private Path directory;

  @BeforeAll
  static void load() {
    extractor = ClassifierExtractor.builtin();
  }

  @AfterAll
  static void close() {
    extractor.close();
  }

  private static ImageBatch noise(int count, int channels, int size, long seed) {
    Random random = new Random(seed);
    float[] pixels = new float[count * channels * size * size];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat() * 2 - 1;
    }
    return new ImageBatch(pixels, new int[count], channels, size, size);
  }

  @Test
  void shippedWeightsAreSmallAndSayHowGoodTheyAre() throws Exception {
    Path file = Path.of(getClass().getResource("builtin-extractor.safetensors").toURI());
    assertThat(Files.size(file)).isLessThan(2_000_000);
    Map<String, String> metadata = Safetensors.read(file).metadata();
    assertThat(Double.parseDouble(metadata.get("test_accuracy_32"))).isGreaterThan(0.85);
    assertThat(Double.parseDouble(metadata.get("test_accuracy_16"))).isGreaterThan(0.85);
    assertThat(extractor.id()).matches("builtin [0-9a-f]{8}");
  }

  @Test
  void recordBesideTheWeightsIsOfTheseWeights() throws Exception {
    byte[] weights;
    String description;
    try (InputStream in = getClass().getResourceAsStream("builtin-extractor.safetensors");
        InputStream json = getClass().getResourceAsStream("builtin-extractor.json")) {
      weights = in.readAllBytes();
      description = new String(json.readAllBytes(), StandardCharsets.UTF_8);
    }
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(weights));
    assertThat(extractor.id()).isEqualTo("builtin " + sha256.substring(0, 8));
    Path file = Path.of(getClass().getResource("builtin-extractor.safetensors").toURI());
    Map<String, String> metadata = Safetensors.read(file).metadata();
    assertThat(description)
        .contains("\"sha256\": \"" + sha256 + "\"")
        .contains("\"bytes\": " + weights.length)
        .contains("\"32x32\": " + metadata.get("test_accuracy_32"))
        .contains("\"16x16\": " + metadata.get("test_accuracy_16"))
        .contains("\"8x8\": " + metadata.get("test_accuracy_8"));
  }

  @Test
  void featuresDoNotDependOnTheBatch() {
    ImageBatch images = noise(260, 1, 16, 1);
    double[][] together = extractor.features(images);
    assertThat(together).hasDimensions(260, extractor.dimensions());
    for (int image : new int[] {0, 251, 259}) {
      float[] pixels =
          java.util.Arrays.copyOfRange(images.pixels(), image * 256, (image + 1) * 256);
      double[] alone = extractor.features(new ImageBatch(pixels, new int[1], 1, 16, 16))[0];
      for (int i = 0; i < alone.length; i++) {
        assertThat(alone[i]).isCloseTo(together[image][i], within(1e-4));
      }
    }
  }

  @Test
  void coloursAreAveragedAndPixelsRounded() {
    ImageBatch grey = noise(1, 1, 32, 2);
    float[] three = new float[3 * 1024];
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < 1024; i++) {
        // A change below half a grey level disappears.
        three[c * 1024 + i] = FeatureExtractor.toByte(grey.pixels()[i]) / 127.5f - 1 + 0.001f;
      }
    }
    double[] expected = extractor.features(grey)[0];
    double[] actual = extractor.features(new ImageBatch(three, new int[1], 3, 32, 32))[0];
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-4));
    }
  }

  /** 200 images of 8×8 in two classes, which differ in their colour alone. */
  private static ImageDataset colours(boolean labelled) {
    return new ImageDataset() {
      @Override
      public String name() {
        return "colours";
      }

      @Override
      public int count() {
        return 200;
      }

      @Override
      public int channels() {
        return 3;
      }

      @Override
      public int resolution() {
        return 8;
      }

      @Override
      public List<String> classes() {
        return labelled ? List.of("reddish", "bluish") : List.of();
      }

      @Override
      public int[] labels() {
        return IntStream.range(0, count()).map(i -> labelled ? i % 2 : -1).toArray();
      }

      @Override
      public String digest() {
        return "0".repeat(64);
      }

      @Override
      public ImageBatch read(int... indices) {
        float[] pixels = new float[indices.length * 3 * 64];
        int[] labels = new int[indices.length];
        for (int i = 0; i < indices.length; i++) {
          Random random = new Random(indices[i]);
          int strong = indices[i] % 2 == 0 ? 0 : 2;
          for (int p = 0; p < 64; p++) {
            // Brighter toward the top, so that turns can be told.
            float grey = 0.6f * random.nextFloat() - 0.08f * Math.floorDiv(p, 8);
            for (int c = 0; c < 3; c++) {
              pixels[(i * 3 + c) * 64 + p] = grey + (c == strong ? 0.3f : c == 1 ? 0 : -0.3f);
            }
          }
          labels[i] = labels()[indices[i]];
        }
        return new ImageBatch(pixels, labels, 3, 8, 8);
      }
    };
  }

  private static TrainedFeatures train(boolean labelled) {
    FeatureTraining.Settings settings =
        new FeatureTraining.Settings(
            Optional.empty(), Optional.empty(), Optional.of(12_800L), 0, 1);
    return new FeatureTraining(colours(labelled), Optional.empty(), settings)
        .train("colours", (seen, total) -> {});
  }

  @Test
  void labelsTeachFeaturesToTellClassesApart() {
    TrainedFeatures features = train(true);
    assertThat(features.task()).isEqualTo(FeatureTask.LABELS);
    assertThat(features.answers()).isEqualTo(2);
    assertThat(features.heldOut()).isEqualTo(20);
    assertThat(features.accuracy()).isGreaterThan(0.9);
  }

  /** A class by colour, whose images the built-in features cannot tell apart. */
  @Test
  void withoutLabelsTurnsAndColoursAreLearnt() throws Exception {
    TrainedFeatures features = train(false);
    assertThat(features.task()).isEqualTo(FeatureTask.CHANGES);
    assertThat(features.answers()).isEqualTo(12);
    // One of two colours is the other after an exchange: half is the most that can be told.
    assertThat(features.accuracy()).isGreaterThan(0.3);
    Path file = directory.resolve("colours.safetensors");
    features.write(file);
    try (ClassifierExtractor trained = ClassifierExtractor.read(file)) {
      assertThat(trained.id()).matches("trained colours [0-9a-f]{8}");
      assertThat(trained.description()).contains("on colour images resized to 8×8");
      assertThat(ratio(trained)).isGreaterThan(10 * ratio(extractor));
    }
  }

  /** The distance of red images to blue ones in units of that among red ones. */
  private static double ratio(FeatureExtractor features) {
    ImageDataset images = colours(true);
    FeatureStatistics red = statistics(features, images, 0, 2);
    FeatureStatistics others = statistics(features, images, 100, 2);
    FeatureStatistics blue = statistics(features, images, 1, 2);
    return FrechetDistance.between(red, blue) / FrechetDistance.between(red, others);
  }

  private static FeatureStatistics statistics(
      FeatureExtractor features, ImageDataset images, int first, int step) {
    int[] indices = IntStream.range(0, 50).map(i -> first + i * step).toArray();
    return FeatureStatistics.of(features.features(images.read(indices)));
  }

  @Test
  void damagedFilesOfFeaturesAreRefusedInOneLine() throws Exception {
    TrainedFeatures features = train(true);
    Path file = directory.resolve("colours.safetensors");
    features.write(file);
    Path weights = Path.of(getClass().getResource("builtin-extractor.safetensors").toURI());
    assertThatThrownBy(() -> ClassifierExtractor.read(weights))
        .isInstanceOf(InvalidFeaturesException.class)
        .hasMessageContaining("features train");
    TensorFile content = Safetensors.read(file);
    for (Map.Entry<String, String> change :
        Map.of("size", "16", "answers", "9", "task", "x", "channels", "2", "name", "../x")
            .entrySet()) {
      Map<String, String> metadata = new HashMap<>(content.metadata());
      metadata.put(change.getKey(), change.getValue());
      Path damaged = directory.resolve("damaged.safetensors");
      Safetensors.write(damaged, new TensorFile(metadata, content.tensors()));
      assertThatThrownBy(() -> ClassifierExtractor.read(damaged))
          .as("%s", change)
          .isInstanceOf(InvalidFeaturesException.class)
          .hasMessageContaining("damaged.safetensors");
    }
  }
}
