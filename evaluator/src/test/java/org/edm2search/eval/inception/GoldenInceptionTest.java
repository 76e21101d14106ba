package org.edm2search.eval.inception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.image.ImageDecoder;
import org.edm2search.data.image.PixelImage;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.fid.FeatureStatistics;
import org.edm2search.eval.fid.FrechetDistance;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.space.yaml.Section;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole path from PNG to distance, against an independent implementation in PyTorch. */
class GoldenInceptionTest {

  private static final Path RESOURCES = Path.of("src/test/resources/inception");

  private static Map<String, Tensor> expected;
  private static FeatureExtractor extractor;

  @BeforeAll
  static void build() {
    expected = Safetensors.read(RESOURCES.resolve("features.safetensors")).tensors();
    extractor = new InceptionWeights(HashedWeights.tensors(), "0".repeat(64)).extractor();
  }

  @AfterAll
  static void close() {
    extractor.close();
  }

  private static ImageBatch image(PixelImage image) {
    PixelImage colour = image.withChannels(3);
    int plane = colour.width() * colour.height();
    float[] pixels = new float[3 * plane];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (colour.pixels()[i % plane * 3 + i / plane] & 0xff) / 127.5f - 1;
    }
    return new ImageBatch(pixels, new int[1], 3, colour.height(), colour.width());
  }

  private static double[][] features(String folder) throws IOException {
    List<double[]> rows = new ArrayList<>();
    try (Stream<Path> files = Files.list(RESOURCES.resolve(folder))) {
      for (Path file : files.sorted().toList()) {
        rows.add(
            extractor.features(image(ImageDecoder.decode(Files.readAllBytes(file)).pixels()))[0]);
      }
    }
    return rows.toArray(double[][]::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "b"})
  void featuresAreThoseOfPyTorch(String folder) throws IOException {
    double[][] actual = features(folder);
    Tensor golden = expected.get(folder);
    assertThat(actual.length).isEqualTo(golden.shape().get(0));
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      for (int k = 0; k < actual[i].length; k++) {
        worst = Math.max(worst, Math.abs(actual[i][k] - golden.values()[i * actual[i].length + k]));
      }
    }
    assertThat(worst).isLessThan(1e-4);
  }

  @Test
  void theDistanceIsThatOfSciPy() throws IOException {
    double distance = new FrechetDistance(FeatureStatistics.of(features("b"))).of(features("a"));
    double golden = expected.get("fid").doubles()[0];
    assertThat(distance).isCloseTo(golden, within(1e-3 * golden));
  }

  @Test
  void madeUpWeightsAreNeverCalledFid() {
    assertThat(extractor.id()).isEqualTo("unverified inception 000000000000");
    assertThat(extractor.dimensions()).isEqualTo(2048);
    assertThat(
            EvaluationProtocol.read(Section.parse("samples: 50000\nobjective: fd\n", "x.yaml"))
                .label(extractor.id()))
        .isEqualTo("FD@50000 (unverified inception 000000000000)");
  }
}
