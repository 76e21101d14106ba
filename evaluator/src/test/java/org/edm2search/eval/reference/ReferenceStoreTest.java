package org.edm2search.eval.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.edm2search.data.DatasetProgress;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.format.DatasetCache;
import org.edm2search.data.format.FashionMnist;
import org.edm2search.data.format.FileDataset;
import org.edm2search.eval.Reference;
import org.edm2search.eval.fid.ClassifierExtractor;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.fid.FrechetDistance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceStoreTest {

  private static FeatureExtractor extractor;

  @BeforeAll
  static void load() {
    extractor = ClassifierExtractor.builtin();
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
    Path resources = Path.of("src/main/resources/org/edm2search/eval/reference");
    Reference computed = Reference.of("", images.batches(), extractor, done -> {});
    KeptTensors.write(
        resources.resolve(ReferenceStore.resource(images)),
        ReferenceStore.origin(images, extractor),
        StatisticsFile.tensors(computed.statistics()));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16, 32})
  void shippedStatisticsFitDataAndFeatures(int resolution, @TempDir Path directory) {
    AtomicLong computed = new AtomicLong();
    Reference shipped =
        ReferenceStore.ofCampaign(directory)
            .statistics(dataset(resolution), extractor, computed::set);
    assertThat(computed).as("images that had to be seen").hasValue(0);
    assertThat(shipped.statistics().count()).isEqualTo(60_000);
  }

  @Test
  void shippedStatisticsAreThoseOfTheImages(@TempDir Path directory) {
    ImageDataset images = dataset(16);
    Reference shipped = ReferenceStore.ofUser(directory).statistics(images, extractor, done -> {});
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
        ReferenceStore store = ReferenceStore.ofCampaign(directory);
        store.statistics(images, extractor, computed::set);
        assertThat(computed).as("changed content").hasValue(images.count());
        computed.set(0);
        Reference known = store.statistics(images, extractor, computed::set);
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
    ReferenceStore store = ReferenceStore.ofCampaign(directory);
    double[][] first = store.sample(images, extractor, computed::set);
    assertThat(computed).hasValue(3000);
    assertThat(first.length).isEqualTo(3000);
    computed.set(0);
    assertThat(store.sample(images, extractor, computed::set)).isDeepEqualTo(first);
    assertThat(computed).as("images seen again").hasValue(0);
    Path kept = kept(directory.resolve("reference"));
    byte[] whole = Files.readAllBytes(kept);
    Files.write(kept, Arrays.copyOf(whole, 1000));
    assertThat(store.sample(images, extractor, computed::set)).isDeepEqualTo(first);
    assertThat(computed).hasValue(3000);
    computed.set(0);
    byte[] flipped = whole.clone();
    flipped[whole.length / 2] ^= 1;
    Files.write(kept, flipped);
    assertThat(store.sample(images, extractor, computed::set)).isDeepEqualTo(first);
    assertThat(computed).as("after a flipped bit").hasValue(3000);
    computed.set(0);
    store.sample(dataset(8), extractor, computed::set);
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
    Path statistics = cache.resolve("statistics");
    Path file = kept(statistics);
    computed.set(0);
    Path moved = Files.move(folder, directory.resolve("moved"));
    assertThat(kept(cache, moved, computed).statistics()).isEqualTo(first.statistics());
    assertThat(computed).as("known content").hasValue(0);

    Files.copy(moved.resolve("0.png"), moved.resolve("9.png"));
    assertThat(kept(cache, moved, computed).statistics().count()).isEqualTo(5);
    assertThat(computed).as("changed content").hasValue(5);
    assertThat(file).exists();

    Path taken = Files.writeString(directory.resolve("a-file"), "where the cache should be");
    computed.set(0);
    kept(taken, moved, computed);
    assertThat(computed).as("without a cache").hasValue(5);
  }

  /** Its only file of features. */
  private static Path kept(Path store) throws IOException {
    try (Stream<Path> files = Files.list(store)) {
      List<Path> kept = files.filter(file -> file.toString().endsWith(".safetensors")).toList();
      assertThat(kept).hasSize(1);
      return kept.get(0);
    }
  }

  private static Reference kept(Path cache, Path folder, AtomicLong computed) {
    try (FileDataset images =
        FileDataset.open(
            folder,
            FileDataset.Request.ANY,
            new DatasetCache(folder.resolveSibling("facts")),
            DatasetProgress.NONE)) {
      return ReferenceStore.ofUser(cache).statistics(images, extractor, computed::set);
    }
  }

  /** Before, a lock held by a stopped process stopped all others for ever. */
  @Test
  void whoDoesNotGetOnIsNotWaitedForForEver(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("features.lock");
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      channel.write(ByteBuffer.allocate(Long.BYTES).putLong(0, 17), 0);
      AtomicLong others = new AtomicLong();
      String computed = new SharedComputation(file, 1).inTurn(others::set, told -> "computed");
      assertThat(computed).isEqualTo("computed");
      assertThat(others).as("images done by the one with the lock").hasValue(17);
      assertThat(lock.isValid()).isTrue();
    }
  }

  private static ImageDataset dataset(int resolution) {
    return FashionMnist.load(FashionMnist.Split.TRAINING, resolution);
  }
}
