package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.edm2search.eval.FeatureSpec;
import org.edm2search.eval.fid.InvalidFeaturesException;
import org.edm2search.model.checkpoint.ElementType;
import org.edm2search.model.onnx.Attribute;
import org.edm2search.model.onnx.Dimension;
import org.edm2search.model.onnx.OnnxGraph;
import org.edm2search.pipeline.trial.FeatureFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Features that do not come with the program. */
class FeaturesTest {

  @TempDir private Path directory;

  /** A network whose features are the mean of each colour. */
  private Path meansOfColors() throws IOException {
    OnnxGraph graph = new OnnxGraph("means");
    String x = OnnxInputs.images(graph);
    graph.node("pooled", "GlobalAveragePool", List.of(x));
    graph.node("features", "Flatten", List.of("pooled"), Attribute.integer("axis", 1));
    graph.output("features", ElementType.F32, Dimension.named("N"), Dimension.of(3));
    Path file = directory.resolve("means.onnx");
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      out.write(graph.toBytes());
    }
    return file;
  }

  private Path images(String name, int brightness) throws IOException {
    Path folder = Files.createDirectories(directory.resolve(name));
    for (int i = 0; i < 4; i++) {
      BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
      for (int p = 0; p < 64; p++) {
        int red = brightness + 10 * i;
        image.setRGB(p % 8, p / 8, red << 16 | 7 * i << 8);
      }
      ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
    }
    return folder;
  }

  @Test
  void anyNetworkMeasuresAndItsDistanceIsNamedAfterIt() throws IOException {
    Path a = images("a", 50);
    Path b = images("b", 101);
    Captured result = Captured.run("fid", a, b, "--features", meansOfColors());
    assertThat(result.err()).isEmpty();
    // Red differs by 51/255 = 0.2, divided by its deviation of 0.229.
    double expected = Math.pow(0.2 / 0.229, 2);
    assertThat(Double.parseDouble(result.out().split(" ")[0]))
        .isBetween(expected - 1e-3, expected + 1e-3);
    assertThat(result.out())
        .containsPattern("FD@4 \\(onnx [0-9a-f]{8} 8 bicubic\\), 4 images and 4 images");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "inception --features-file none.pth | none.pth: no such file",
        "inception --features-file . | is a directory",
        "inception --features-file pom.xml | pom.xml: is no PyTorch file",
        "inception --features-file ../dl4j-model/src/test/resources/pytorch/zip.pth | has no"
            + " tensor",
        "nothing | must be builtin, inception, a file",
        "none.onnx | no such file",
        "pom.onnx | no such file"
      })
  void featuresThatCannotBeHadAreRefused(String line) throws IOException {
    String[] parts = line.split(" \\| ");
    String[] features = parts[0].split(" ");
    Object[] words = new Object[4 + features.length];
    words[0] = "fid";
    words[1] = images("a", 1);
    words[2] = images("b", 2);
    words[3] = "--features";
    System.arraycopy(features, 0, words, 4, features.length);
    Captured result = Captured.run(words);
    assertThat(result.errors()).hasSize(1);
    assertThat(result.err()).contains(parts[1]);
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void aCampaignWithoutItsWeightsDoesNotStart() throws IOException {
    Path campaign = directory.resolve("campaign");
    String text = Example.tiny(campaign).replace("samples: 64", "samples: 64, features: inception");
    assertThat(text).contains("inception");
    Path file = Files.writeString(directory.resolve("inception.yaml"), text);
    assertThat(Captured.run("validate", file).code()).isZero();
    Captured result = Captured.run("run", file, "--features-file", directory.resolve("none.pth"));
    assertThat(result.errors()).hasSize(1);
    assertThat(result.err()).contains("none.pth: no such file");
    assertThat(result.code()).isEqualTo(2);
    assertThat(campaign).doesNotExist();
  }

  @Test
  void missingWeightsAreExplained() {
    Map<String, String> environment = Map.of("XDG_CACHE_HOME", directory.toString());
    FeatureFiles none = FeatureFiles.of(Optional.empty(), environment, directory);
    assertThatThrownBy(() -> none.open(new FeatureSpec.Inception(), bytes -> {}))
        .isInstanceOf(InvalidFeaturesException.class)
        .hasMessageContaining("pt_inception-2015-12-05-6726825d.pth (SHA-256 6726825d0af5f729")
        .hasMessageContaining(directory.resolve("edm2-search").toString())
        .hasMessageContaining("weights FILE")
        .hasMessageContaining("--features-file")
        .hasMessageContaining("EDM2_SEARCH_INCEPTION");
  }

  @Test
  void aFileOnTheCommandLineComesBeforeTheEnvironments() {
    Map<String, String> environment = Map.of(FeatureFiles.VARIABLE, "/e.pth");
    Path option = Path.of("/o.pth");
    assertThat(FeatureFiles.of(Optional.of(option), environment, directory).inception())
        .contains(option);
    assertThat(FeatureFiles.of(Optional.empty(), environment, directory).inception())
        .contains(Path.of("/e.pth"));
    assertThat(
            FeatureFiles.of(Optional.empty(), Map.of(FeatureFiles.VARIABLE, ""), directory)
                .inception())
        .isEmpty();
  }

  @Test
  void weightsOfAnotherNetworkAreNotInstalled() {
    Captured result =
        Captured.run("weights", "../dl4j-model/src/test/resources/pytorch/legacy.pth");
    assertThat(result.errors()).hasSize(1);
    assertThat(result.err()).contains("these are not the weights of the FID");
    assertThat(result.code()).isEqualTo(2);
  }
}
