package org.edm2search.eval.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.edm2search.data.DatasetProgress;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.format.DatasetCache;
import org.edm2search.data.format.FashionMnist;
import org.edm2search.data.format.FileDataset;
import org.edm2search.eval.ImageFolder;
import org.edm2search.eval.Reference;
import org.edm2search.eval.fid.BuiltinExtractor;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.fid.FrechetDistance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferencesTest {

  private static FeatureExtractor extractor;

  @BeforeAll
  static void load() {
    extractor = BuiltinExtractor.load();
  }

  @AfterAll
  static void close() {
    extractor.close();
  }

  /** -Dedm2search.write-references=true, after the data or the extractor changed. */
  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16, 32})
  @EnabledIfSystemProperty(named = "edm2search.write-references", matches = "true")
  void writeShippedStatistics(int resolution) {
    ImageDataset images = dataset(resolution);
    Path resources = Path.of("src/main/resources/org/edm2search/cli/trial");
    References.inFile(
        resources.resolve(References.resource(images)), images, extractor, done -> {});
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16, 32})
  void shippedStatisticsFitDataAndFeatures(int resolution, @TempDir Path directory) {
    AtomicLong computed = new AtomicLong();
    Reference shipped = References.cached(directory, dataset(resolution), extractor, computed::set);
    assertThat(computed).as("images that had to be seen").hasValue(0);
    assertThat(shipped.statistics().count()).isEqualTo(60_000);
    assertThat(directory.resolve("reference/features.stats")).isNotEmptyFile();
  }

  @Test
  void shippedStatisticsAreThoseOfTheImages() {
    ImageDataset images = dataset(16);
    Reference shipped = References.of(images, extractor, done -> {});
    ImageBatch some = images.read(IntStream.range(0, 4000).toArray());
    Reference sample = Reference.of("some", List.of(some), extractor, done -> {});
    double distance = FrechetDistance.between(sample.statistics(), shipped.statistics());
    double scale =
        IntStream.range(0, extractor.dimensions())
            .mapToDouble(i -> shipped.statistics().covariance()[i * extractor.dimensions() + i])
            .sum();
    assertThat(distance).isBetween(0.0, scale / 50);
  }

  /** Also when it has the name of the built-in data set. */
  @Test
  void anyDataSetHasItsStatisticsByItsDigest(@TempDir Path directory) throws IOException {
    Path folder = Files.createDirectories(directory.resolve(FashionMnist.NAME));
    AtomicLong computed = new AtomicLong();
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 4; i++) {
        BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
        image.setRGB(i, i, 0xff0000 << round);
        ImageIO.write(image, "png", folder.resolve(i + round + ".png").toFile());
      }
      try (FileDataset images =
          FileDataset.open(
              folder,
              FileDataset.Request.ANY,
              new DatasetCache(directory.resolve("cache")),
              DatasetProgress.NONE)) {
        computed.set(0);
        References.cached(directory, images, extractor, computed::set);
        assertThat(computed).as("changed content").hasValue(images.count());
        computed.set(0);
        Reference known = References.cached(directory, images, extractor, computed::set);
        assertThat(computed).as("known content").hasValue(0);
        assertThat(known.statistics().count()).isEqualTo(images.count());
      }
    }
  }

  @Test
  void aSampleIsMeasuredOnceAndAgainWhenItsFileIsDamaged(@TempDir Path directory)
      throws IOException {
    ImageDataset images = dataset(4);
    AtomicLong computed = new AtomicLong();
    double[][] first = References.cachedSample(directory, images, extractor, computed::set);
    assertThat(computed).hasValue(3000);
    assertThat(first.length).isEqualTo(3000);
    computed.set(0);
    assertThat(References.cachedSample(directory, images, extractor, computed::set))
        .isDeepEqualTo(first);
    assertThat(computed).as("images seen again").hasValue(0);
    Path kept = directory.resolve("reference/sample.safetensors");
    Files.write(kept, Arrays.copyOf(Files.readAllBytes(kept), 1000));
    assertThat(References.cachedSample(directory, images, extractor, computed::set))
        .isDeepEqualTo(first);
    assertThat(computed).hasValue(3000);
    computed.set(0);
    References.cachedSample(directory, dataset(8), extractor, computed::set);
    assertThat(computed).as("of other images").hasValue(3000);
  }

  @Test
  void statisticsOfFoldersAreKeptByContentAndFeatures(@TempDir Path directory) throws IOException {
    Path folder = Files.createDirectories(directory.resolve("images"));
    for (int i = 0; i < 4; i++) {
      BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
      image.setRGB(i, i, 0xffffff);
      ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
    }
    Path cache = directory.resolve("cache");
    AtomicLong computed = new AtomicLong();
    Reference first = kept(cache, folder, computed);
    assertThat(computed).hasValue(4);
    assertThat(cache.resolve("statistics").toFile().list()).hasSize(1);
    computed.set(0);
    Path moved = Files.move(folder, directory.resolve("moved"));
    assertThat(kept(cache, moved, computed)).isEqualTo(first);
    assertThat(computed).as("known content").hasValue(0);

    Files.copy(moved.resolve("0.png"), moved.resolve("9.png"));
    assertThat(kept(cache, moved, computed).statistics().count()).isEqualTo(5);
    assertThat(computed).as("changed content").hasValue(5);
    assertThat(cache.resolve("statistics").toFile().list()).hasSize(2);

    Path file = Files.writeString(directory.resolve("a-file"), "where the cache should be");
    computed.set(0);
    kept(file, moved, computed);
    assertThat(computed).as("without a cache").hasValue(5);
  }

  private static Reference kept(Path cache, Path folder, AtomicLong computed) {
    ImageFolder images = ImageFolder.open(folder);
    return References.kept(cache, images, images.digest(done -> {}), extractor, computed::set);
  }

  private static ImageDataset dataset(int resolution) {
    return FashionMnist.load(FashionMnist.Split.TRAINING, resolution);
  }
}
