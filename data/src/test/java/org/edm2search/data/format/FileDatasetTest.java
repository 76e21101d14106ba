package org.edm2search.data.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import org.edm2search.data.DatasetProgress;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.image.PixelImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileDatasetTest {

  @TempDir private Path directory;

  private final AtomicInteger looked = new AtomicInteger();

  private FileDataset open(Path path, FileDataset.Request request) {
    return FileDataset.open(
        path,
        request,
        new DatasetCache(directory.resolve("cache")),
        (what, done, total) -> looked.incrementAndGet());
  }

  private FileDataset open(Path path) {
    return open(path, FileDataset.Request.ANY);
  }

  private static FileDataset.Request wanting(int resolution, int channels) {
    return new FileDataset.Request(
        Optional.empty(),
        resolution == 0 ? OptionalInt.empty() : OptionalInt.of(resolution),
        channels == 0 ? OptionalInt.empty() : OptionalInt.of(channels));
  }

  /** float32 planes of an image whose bytes are interleaved. */
  private static float[] encoded(PixelImage image) {
    int plane = image.width() * image.height();
    float[] pixels = new float[plane * image.channels()];
    for (int i = 0; i < pixels.length; i++) {
      int value = image.pixels()[i] & 0xff;
      pixels[i % image.channels() * plane + i / image.channels()] = value / 127.5f - 1;
    }
    return pixels;
  }

  // ---------------------------------------------------------------- zip

  @ParameterizedTest
  @CsvSource({"1", "3"})
  void anEdm2ZipIsRead(int channels) {
    try (FileDataset images = open(DatasetFiles.edm2(directory.resolve("a.zip"), 5, 8, channels))) {
      assertThat(images.format()).isEqualTo(DatasetFormat.ZIP);
      assertThat(images.name()).isEqualTo("a.zip");
      assertThat(images.count()).isEqualTo(5);
      assertThat(images.resolution()).isEqualTo(8);
      assertThat(images.channels()).isEqualTo(channels);
      assertThat(images.classes()).containsExactly("0", "1", "2");
      assertThat(images.classCounts()).containsExactly(2, 2, 1);
      ImageBatch batch = images.read(4, 1);
      assertThat(batch.labels()).containsExactly(1, 1);
      float[] first = Arrays.copyOf(batch.pixels(), batch.imageSize());
      assertThat(first).containsExactly(encoded(DatasetFiles.image(4, 8, 8, channels)));
    }
  }

  @Test
  void aCompressedZipWithoutLabelsIsRead() {
    Path file = directory.resolve("a.zip");
    DatasetFiles.zip(file, DatasetFiles.images(3, 8, 3), ZipEntry.DEFLATED);
    try (FileDataset images = open(file)) {
      assertThat(images.classes()).isEmpty();
      assertThat(images.read(0).labels()).containsExactly(-1);
      assertThat(images.read(2).pixels()).containsExactly(encoded(DatasetFiles.image(2, 8, 8, 3)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "pets/", "pets/train/"})
  void directoriesOfAZipAreClasses(String above) {
    Path file = directory.resolve("a.zip");
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put(above + "dog/1.png", DatasetFiles.png(0, 8, 3));
    entries.put(above + "cat/deep/2.png", DatasetFiles.png(1, 8, 3));
    DatasetFiles.zip(file, entries, ZipEntry.STORED);
    try (FileDataset images = open(file)) {
      assertThat(images.classes()).containsExactly("cat", "dog");
      assertThat(images.read(0, 1).labels()).containsExactly(0, 1);
    }
  }

  @Test
  void labelsMayBeNullAndClassesNamed() {
    Map<String, byte[]> entries = DatasetFiles.images(2, 8, 1);
    Path none = directory.resolve("none.zip");
    entries.put("dataset.json", DatasetFiles.utf8("{\"labels\": null}"));
    DatasetFiles.zip(none, entries, ZipEntry.STORED);
    assertThat(open(none).classes()).isEmpty();
    Path named = directory.resolve("named.zip");
    entries.put(
        "dataset.json",
        DatasetFiles.utf8(
            "{\"x\": [1, {}], \"labels\": [[\"00000/img00000001.png\", 1],"
                + " [\"00000/img00000000.png\", 0]], \"classes\": [\"a\", \"b\", \"c\"]}"));
    DatasetFiles.zip(named, entries, ZipEntry.STORED);
    assertThat(open(named).classes()).containsExactly("a", "b", "c");
    assertThat(open(named).read(0, 1).labels()).containsExactly(0, 1);
  }

  // ---------------------------------------------------------------- folder

  @Test
  void aFolderOfClassesIsRead() throws IOException {
    Path folder = directory.resolve("pets");
    for (int i = 0; i < 4; i++) {
      String name = (i % 2 == 0 ? "dog/" : "cat/") + i + ".PNG";
      DatasetFiles.write(folder.resolve(name), DatasetFiles.png(i, 8, 3));
    }
    DatasetFiles.write(folder.resolve("cat/._0.png"), new byte[] {1});
    DatasetFiles.write(folder.resolve("README.txt"), new byte[] {1});
    Files.createSymbolicLink(
        folder.resolve("cow"), Files.createDirectories(directory.resolve("x")));
    DatasetFiles.write(directory.resolve("x/9.png"), DatasetFiles.png(9, 8, 3));
    try (FileDataset images = open(folder)) {
      assertThat(images.classes()).containsExactly("cat", "cow", "dog");
      assertThat(images.read(0, 1, 2, 3, 4).labels()).containsExactly(0, 0, 1, 2, 2);
      assertThat(images.read(2).pixels()).containsExactly(encoded(DatasetFiles.image(9, 8, 8, 3)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "all/"})
  void aFlatFolderHasNoClasses(String below) {
    Path folder = directory.resolve("flat");
    for (int i = 0; i < 3; i++) {
      DatasetFiles.write(folder.resolve(below + i + ".png"), DatasetFiles.png(i, 8, 1));
    }
    try (FileDataset images = open(folder)) {
      assertThat(images.format()).isEqualTo(DatasetFormat.FOLDER);
      assertThat(images.classes()).isEmpty();
      assertThat(images.channels()).isEqualTo(1);
    }
  }

  @Test
  void mixedChannelsAreMadeWhatWasAskedFor() {
    Path folder = directory.resolve("mixed");
    DatasetFiles.write(folder.resolve("0.png"), DatasetFiles.png(0, 8, 1));
    DatasetFiles.write(folder.resolve("1.png"), DatasetFiles.png(1, 8, 3));
    ImageBatch colour = open(folder, wanting(8, 3)).read(0, 1);
    assertThat(colour.channels()).isEqualTo(3);
    assertThat(colour.pixels()[0]).isEqualTo(colour.pixels()[64]);
    FileDataset grey = open(folder, wanting(0, 1));
    assertThat(grey.read(0, 1).channels()).isEqualTo(1);
    assertThat(grey.digest()).isNotEqualTo(open(folder, wanting(0, 3)).digest());
  }

  // ---------------------------------------------------------------- arrays

  @ParameterizedTest
  @CsvSource({"8, false", "0, true"})
  void npzIsReadInEveryLayout(int method, boolean planar) {
    byte[] pixels = new byte[3 * 4 * 4 * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) i;
    }
    String shape = planar ? "(3, 3, 4, 4)" : "(3, 4, 4, 3)";
    ByteBuffer labels = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    labels.putLong(2).putLong(0).putLong(1);
    Map<String, byte[]> arrays = new LinkedHashMap<>();
    arrays.put("y_train.npy", DatasetFiles.npy("<i8", "(3, 1)", labels.array()));
    arrays.put("x_train.npy", DatasetFiles.npy("|u1", shape, pixels));
    Path file = DatasetFiles.zip(directory.resolve("a.npz"), arrays, method);
    try (FileDataset images = open(file)) {
      assertThat(images.format()).isEqualTo(DatasetFormat.NPZ);
      assertThat(images.resolution()).isEqualTo(4);
      assertThat(images.channels()).isEqualTo(3);
      ImageBatch batch = images.read(1);
      assertThat(batch.labels()).containsExactly(0);
      int second = 48;
      assertThat(batch.pixels()[1]).isEqualTo((second + (planar ? 1 : 3)) / 127.5f - 1);
      assertThat(batch.pixels()[16]).isEqualTo((second + (planar ? 16 : 1)) / 127.5f - 1);
    }
  }

  @Test
  void greyNpzWithBigEndianLabelsIsRead() {
    Map<String, byte[]> arrays = new LinkedHashMap<>();
    arrays.put("arr_0.npy", DatasetFiles.npy("|u1", "(2, 5, 5)", new byte[50]));
    arrays.put("arr_1.npy", DatasetFiles.npy(">u2", "(2,)", new byte[] {0, 3, 0, 1}));
    Path file = DatasetFiles.zip(directory.resolve("a.npz"), arrays, ZipEntry.DEFLATED);
    assertThat(open(file).read(0, 1).labels()).containsExactly(3, 1);
    assertThat(open(file).classes()).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void idxIsReadPackedOrNot(boolean packed) {
    byte[] pixels = new byte[3 * 28 * 28];
    pixels[28 * 28] = 77;
    String end = packed ? ".gz" : "";
    byte[] images = DatasetFiles.idx(pixels, 3, 28, 28);
    byte[] labels = DatasetFiles.idx(new byte[] {1, 0, 2}, 3);
    Path file = directory.resolve("mnist/train-images-idx3-ubyte" + end);
    DatasetFiles.write(file, packed ? DatasetFiles.gzip(images) : images);
    DatasetFiles.write(
        directory.resolve("mnist/train-labels-idx1-ubyte" + end),
        packed ? DatasetFiles.gzip(labels) : labels);
    try (FileDataset native28 = open(file);
        FileDataset padded = open(directory.resolve("mnist"), wanting(32, 0))) {
      assertThat(native28.resolution()).isEqualTo(28);
      assertThat(native28.read(1).pixels()[0]).isEqualTo(77 / 127.5f - 1);
      assertThat(native28.read(0, 1, 2).labels()).containsExactly(1, 0, 2);
      assertThat(padded.resolution()).isEqualTo(32);
      assertThat(padded.read(1).pixels()[2 * 32 + 2]).isEqualTo(77 / 127.5f - 1);
      assertThat(padded.read(1).pixels()[0]).isEqualTo(-1);
      assertThat(padded.digest()).isNotEqualTo(native28.digest());
    }
  }

  @Test
  void cifarIsRead() {
    Path folder = directory.resolve("cifar");
    DatasetFiles.write(folder.resolve("data_batch_1.bin"), DatasetFiles.cifar(12, 1));
    DatasetFiles.write(folder.resolve("data_batch_2.bin"), DatasetFiles.cifar(11, 1));
    DatasetFiles.write(folder.resolve("test_batch.bin"), DatasetFiles.cifar(5, 1));
    DatasetFiles.write(
        folder.resolve("batches.meta.txt"),
        DatasetFiles.utf8("airplane\na\nb\nc\nd\ne\nf\ng\nh\ntruck\n\n"));
    try (FileDataset images = open(folder);
        FileDataset test = open(folder.resolve("test_batch.bin"))) {
      assertThat(images.format()).isEqualTo(DatasetFormat.CIFAR);
      assertThat(images.count()).isEqualTo(23);
      assertThat(images.classes()).hasSize(10).contains("airplane", "truck");
      ImageBatch batch = images.read(11, 22);
      assertThat(batch.labels()).containsExactly(1, 0);
      assertThat(batch.pixels()[0]).isEqualTo(11 / 127.5f - 1);
      assertThat(batch.pixels()[3072]).isEqualTo(10 / 127.5f - 1);
      assertThat(test.count()).isEqualTo(5);
    }
    Path hundred = directory.resolve("cifar100");
    DatasetFiles.write(hundred.resolve("train.bin"), DatasetFiles.cifar(4, 2));
    assertThat(open(hundred).classes()).hasSize(100);
    assertThat(open(hundred).read(3).labels()).containsExactly(3);
  }

  // ---------------------------------------------------------------- digest and cache

  @Test
  void theDigestIsOfTheContentAndComputedOnce() throws IOException {
    Path file = DatasetFiles.edm2(directory.resolve("a.zip"), 5, 8, 3);
    String digest = open(file).digest();
    assertThat(digest).matches("[0-9a-f]{64}");
    assertThat(looked).hasPositiveValue();
    looked.set(0);
    assertThat(open(file).digest()).isEqualTo(digest);
    assertThat(looked).as("read through again").hasValue(0);

    Path copy = Files.copy(file, directory.resolve("copy.zip"));
    assertThat(open(copy).digest()).isEqualTo(digest);
    Files.delete(file);
    DatasetFiles.edm2(file, 6, 8, 3);
    assertThat(open(file).digest()).isNotEqualTo(digest);
  }

  @Test
  void theDigestOfAFolderDoesNotDependOnWhereItIs() throws IOException {
    for (String folder : List.of("one", "two")) {
      for (int i = 0; i < 3; i++) {
        DatasetFiles.write(
            directory.resolve(folder).resolve(i + ".png"), DatasetFiles.png(i, 8, 3));
      }
    }
    String digest = open(directory.resolve("one")).digest();
    assertThat(open(directory.resolve("two")).digest()).isEqualTo(digest);
    // Nor on whether a folder that it lies in was read before.
    for (int i = 0; i < 3; i++) {
      DatasetFiles.write(directory.resolve("below/it/" + i + ".png"), DatasetFiles.png(i, 8, 3));
    }
    assertThat(open(directory.resolve("below")).digest()).isNotEqualTo(digest);
    assertThat(open(directory.resolve("below/it")).digest()).isEqualTo(digest);
    Files.move(directory.resolve("two/2.png"), directory.resolve("two/3.png"));
    assertThat(open(directory.resolve("two")).digest()).isNotEqualTo(digest);
  }

  @Test
  void aDamagedCacheIsReplaced() throws IOException {
    Path file = DatasetFiles.edm2(directory.resolve("a.zip"), 5, 8, 3);
    String digest = open(file).digest();
    try (var kept = Files.list(directory.resolve("cache"))) {
      for (Path each : kept.toList()) {
        Files.writeString(each, "resolution=\\u00zz");
      }
    }
    assertThat(open(file).digest()).isEqualTo(digest);
  }

  @Test
  void aCacheThatCannotBeWrittenIsDoneWithout() throws IOException {
    Path file = DatasetFiles.edm2(directory.resolve("a.zip"), 5, 8, 3);
    Path blocked = Files.writeString(directory.resolve("file"), "");
    DatasetCache cache = new DatasetCache(blocked.resolve("cache"));
    FileDataset images =
        FileDataset.open(file, FileDataset.Request.ANY, cache, DatasetProgress.NONE);
    assertThat(images.digest()).hasSize(64);
  }

  @Test
  void theCacheIsTheUsers() {
    Path home = Path.of("/home/someone");
    assertThat(DatasetCache.ofUser(Map.of(), home).directory())
        .isEqualTo(home.resolve(".cache/edm2-search"));
    assertThat(DatasetCache.ofUser(Map.of("XDG_CACHE_HOME", "/big"), home).directory())
        .isEqualTo(Path.of("/big/edm2-search"));
    assertThat(DatasetCache.ofUser(Map.of("XDG_CACHE_HOME", "here"), home).directory())
        .isEqualTo(home.resolve(".cache/edm2-search"));
  }

  // ---------------------------------------------------------------- threads and memory

  @Test
  void severalThreadsReadTheSame() throws Exception {
    FileDataset images = open(DatasetFiles.edm2(directory.resolve("a.zip"), 64, 16, 3));
    float[] expected = images.read(IntStream.range(0, 64).toArray()).pixels();
    List<float[]> read =
        IntStream.range(0, 16)
            .parallel()
            .mapToObj(i -> images.read(IntStream.range(0, 64).toArray()).pixels())
            .toList();
    assertThat(read).allSatisfy(pixels -> assertThat(pixels).containsExactly(expected));
  }

  @Test
  void memoryIsForNamesAndNotForPixels() {
    int count = 20_000;
    Path file = DatasetFiles.edm2(directory.resolve("many.zip"), count, 16, 3);
    long before = usedHeap();
    FileDataset images = open(file);
    for (int i = 0; i < count; i += 100) {
      assertThat(images.read(IntStream.range(i, i + 100).toArray()).count()).isEqualTo(100);
    }
    long perImage = (usedHeap() - before) / count;
    assertThat(images.count()).isEqualTo(count);
    images.close();
    assertThat(perImage).isLessThan(16 * 16 * 3 / 2);
  }

  private static long usedHeap() {
    for (int i = 0; i < 4; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
