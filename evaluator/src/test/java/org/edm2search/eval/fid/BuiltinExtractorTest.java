package org.edm2search.eval.fid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.edm2search.data.ImageBatch;
import org.edm2search.model.checkpoint.Safetensors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuiltinExtractorTest {

  private static BuiltinExtractor extractor;

  @TempDir private Path directory;

  @BeforeAll
  static void load() {
    extractor = BuiltinExtractor.load();
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

  @Test
  void trainingLearnsToTellTwoKindsOfImagesApart() throws Exception {
    BuiltinExtractorTraining.Images stripes =
        new BuiltinExtractorTraining.Images() {
          @Override
          public int count() {
            return 640;
          }

          @Override
          public ImageBatch read(int... indices) {
            float[] pixels = new float[indices.length * 1024];
            int[] labels = new int[indices.length];
            for (int i = 0; i < indices.length; i++) {
              labels[i] = indices[i] % 2;
              for (int k = 0; k < 1024; k++) {
                int position = labels[i] == 0 ? k % 32 : k / 32;
                pixels[i * 1024 + k] = (position + indices[i]) / 8 % 2 == 0 ? -1 : 1;
              }
            }
            return new ImageBatch(pixels, labels, 1, 32, 32);
          }
        };
    Path file = directory.resolve("weights.safetensors");
    BuiltinExtractorTraining.Accuracy accuracy =
        BuiltinExtractorTraining.train(stripes, stripes, 4, 1, file);
    assertThat(accuracy.at32()).isGreaterThan(0.9);
    assertThat(Safetensors.read(file).tensors()).isNotEmpty();
  }
}
