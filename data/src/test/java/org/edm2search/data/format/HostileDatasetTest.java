package org.edm2search.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import org.edm2search.data.DatasetProgress;
import org.edm2search.data.InvalidDatasetException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever files hold: one line that names file and entry, and no memory spent. */
class HostileDatasetTest {

  @TempDir private Path directory;

  private FileDataset open(Path path) {
    return open(path, FileDataset.Request.ANY);
  }

  private FileDataset open(Path path, FileDataset.Request request) {
    return FileDataset.open(
        path, request, new DatasetCache(directory.resolve("cache")), DatasetProgress.NONE);
  }

  private void refuses(Path path, String... words) {
    assertThatThrownBy(
            () -> {
              FileDataset images = open(path);
              for (int i = 0; i < images.count(); i++) {
                images.read(i);
              }
            })
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessageContaining(path.getFileName().toString())
        .hasMessageNotContaining("\n")
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  private Path zip(Map<String, byte[]> entries) {
    return DatasetFiles.zip(directory.resolve("a.zip"), entries, ZipEntry.DEFLATED);
  }

  // ---------------------------------------------------------------- zip

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../b.png",
        "a/../../b.png",
        "/etc/b.png",
        "a\\b.png",
        "C:b.png",
        "a\u001b[2Jb.png"
      })
  void aNameThatLeavesTheArchiveIsRefused(String name) {
    Map<String, byte[]> entries = DatasetFiles.images(2, 8, 3);
    entries.put(name, DatasetFiles.png(0, 8, 3));
    refuses(zip(entries), "leaves the archive or cannot be printed");
  }

  @Test
  void aBombIsRefused() {
    Map<String, byte[]> entries = DatasetFiles.images(2, 8, 3);
    byte[] padded = Arrays.copyOf(DatasetFiles.png(0, 8, 3), 3 << 20);
    entries.put("00000/img00000002.png", padded);
    refuses(zip(entries), "img00000002.png", "unpacks to 3145728 bytes", "8×8");
  }

  @Test
  void anEntryThatClaimsWhatCannotBeIsRefused() throws IOException {
    Path file = zip(DatasetFiles.images(2, 8, 3));
    changeDirectory(file, 24, 1 << 27);
    refuses(file, "00000/img0000000", "would unpack");
    changeDirectory(file, 24, Integer.MAX_VALUE);
    refuses(file, "00000/img0000000", "would unpack");
  }

  @Test
  void anEntryThatUnpacksToMoreThanItClaimsIsRefused() throws IOException {
    Path file = zip(DatasetFiles.images(2, 8, 3));
    changeDirectory(file, 24, 100);
    refuses(file, "00000/img0000000", "does not unpack to the 100 bytes it claims");
  }

  /** Sets 32 bits in the central directory's record of the first entry. */
  private static void changeDirectory(Path file, int offset, int value) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    while (bytes.getInt(at) != 0x02014b50) {
      at++;
    }
    bytes.putInt(at + offset, value);
    Files.write(file, bytes.array());
  }

  @Test
  void entriesThatOverlapAreRefused() throws IOException {
    byte[] big = DatasetFiles.png(0, 64, 3);
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("1.png", DatasetFiles.png(1, 8, 3));
    entries.put("2.png", big);
    Path file = DatasetFiles.zip(directory.resolve("a.zip"), entries, ZipEntry.STORED);
    changeDirectory(file, 20, (int) Files.size(file));
    changeDirectory(file, 24, (int) Files.size(file));
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessageContaining("a.zip");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 500, 5000})
  void aTruncatedZipIsRefused(int length) throws IOException {
    Path file = DatasetFiles.edm2(directory.resolve("a.zip"), 20, 16, 3);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
    refuses(file, "not a whole zip");
  }

  @Test
  void aTruncatedPngInAZipIsRefused() {
    Map<String, byte[]> entries = DatasetFiles.images(2, 16, 3);
    entries.put("00000/img00000002.png", Arrays.copyOf(DatasetFiles.png(0, 16, 3), 400));
    refuses(zip(entries), "00000/img00000002.png", "cut short");
  }

  @Test
  void aHugePngIsRefusedByItsHeader() {
    byte[] huge = DatasetFiles.png(0, 8, 3);
    ByteBuffer.wrap(huge).putInt(16, 100_000).putInt(20, 100_000);
    CRC32 checksum = new CRC32();
    checksum.update(huge, 12, 17);
    ByteBuffer.wrap(huge).putInt(29, (int) checksum.getValue());
    Map<String, byte[]> entries = DatasetFiles.images(2, 8, 3);
    entries.put("00000/img00000002.png", huge);
    refuses(zip(entries), "00000/img00000002.png", "100000×100000");
  }

  @Test
  void mixedSizesAreRefused() {
    Map<String, byte[]> entries = DatasetFiles.images(3, 8, 3);
    entries.put("00000/img00000001.png", DatasetFiles.png(0, 16, 3));
    refuses(zip(entries), "img00000001.png", "16×16", "dataset convert");
  }

  @Test
  void mixedChannelsAreRefusedUntilOneIsChosen() {
    Map<String, byte[]> entries = DatasetFiles.images(3, 8, 3);
    entries.put("00000/img00000001.png", DatasetFiles.png(0, 8, 1));
    refuses(zip(entries), "1 grey and 2 colour", "channels: 3");
  }

  @Test
  void anotherResolutionIsRefusedWithARemedy() {
    Path file = zip(DatasetFiles.images(3, 8, 3));
    FileDataset.Request sixteen =
        new FileDataset.Request(Optional.empty(), OptionalInt.of(16), OptionalInt.empty());
    assertThatThrownBy(() -> open(file, sixteen))
        .hasMessageContaining("has images of 8×8, not 16×16")
        .hasMessageContaining("dataset convert");
  }

  @Test
  void latentsAndNothingAreRefused() {
    refuses(zip(Map.of("00000/img-mean-std-latents-00000000.npy", new byte[9])), "latents");
    refuses(zip(Map.of("readme.txt", new byte[9])), "has no images");
    refuses(zip(DatasetFiles.images(1, 8, 3)), "at least 2 images");
  }

  // ---------------------------------------------------------------- dataset.json

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | must be an object",
        "{} | no key 'labels'",
        "{\"labels\": 3} | must be a list or null",
        "{\"labels\": [3]} | must be a pair",
        "{\"labels\": [[\"A\", 1, 2]]} | must be a pair",
        "{\"labels\": [[\"A\", 1]]} | no label for",
        "{\"labels\": [[\"A\", 1], [\"B\", 1], [\"A\", 1]]} | labels A twice",
        "{\"labels\": [[\"A\", 1], [\"C\", 1]]} | 'C', which is not among",
        "{\"labels\": [[\"A\", -1]]} | from 0 to 99999, but is -1",
        "{\"labels\": [[\"A\", 100000]]} | from 0 to 99999, but is 100000",
        "{\"labels\": [[\"A\", 99999999999999999]]} | from 0 to 99999",
        "{\"labels\": [[\"A\", 1.5]]} | whole number",
        "{\"labels\": [[\"A\", \"1\"]]} | whole number",
        "{\"labels\": [[\"A\", null]]} | whole number",
        "{\"labels\": [[\"A\", [0, 1]]]} | vector",
        "{\"labels\": [[\"A\", 1], [\"B\", 0]], \"classes\": [\"x\"]} | names 1 classes",
        "{\"labels\": null, \"classes\": [3]} | list of at most",
        "{\"labels\": [[\"A\", 1] | not valid JSON",
        "{\"labels\": [[\"A\", 1111111111111111111111111]]} | not valid JSON",
        "{\"x\": [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]} | not valid JSON"
      })
  void wrongLabelsAreRefused(String json, String expected) {
    Map<String, byte[]> entries = DatasetFiles.images(2, 8, 3);
    String named =
        json.replace("\"A\"", "\"00000/img00000000.png\"")
            .replace("\"B\"", "\"00000/img00000001.png\"");
    entries.put("dataset.json", DatasetFiles.utf8(named));
    refuses(zip(entries), "dataset.json", expected.replace(" A ", " 00000/img00000000.png "));
  }

  // ---------------------------------------------------------------- folder

  @Test
  void aLoopOfLinksIsRefused() throws IOException {
    Path folder = directory.resolve("loop");
    DatasetFiles.write(folder.resolve("a/1.png"), DatasetFiles.png(0, 8, 3));
    Files.createSymbolicLink(folder.resolve("a/b"), folder);
    refuses(folder, "link to a folder around it");
  }

  @Test
  void imagesBesideClassesAreRefused() {
    Path folder = directory.resolve("folder");
    DatasetFiles.write(folder.resolve("a/1.png"), DatasetFiles.png(0, 8, 3));
    DatasetFiles.write(folder.resolve("2.png"), DatasetFiles.png(0, 8, 3));
    refuses(folder, "2.png lies beside class directories such as a");
  }

  @Test
  void aFolderWithoutImagesIsRefused() {
    DatasetFiles.write(directory.resolve("folder/a.txt"), new byte[1]);
    refuses(directory.resolve("folder"), "has no images");
    refuses(directory.resolve("nothing"), "no such file or directory");
    refuses(DatasetFiles.write(directory.resolve("a.tar.gz"), new byte[9]), "tar xf");
    refuses(DatasetFiles.write(directory.resolve("a.xyz"), new byte[9]), "is none of");
  }

  @Test
  void anImageThatChangedMeanwhileIsRefused() throws IOException {
    Path folder = directory.resolve("folder");
    for (int i = 0; i < 3; i++) {
      DatasetFiles.write(folder.resolve(i + ".png"), DatasetFiles.png(i, 8, 3));
    }
    FileDataset images = open(folder);
    DatasetFiles.write(folder.resolve("1.png"), DatasetFiles.png(1, 16, 3));
    Files.delete(folder.resolve("2.png"));
    assertThatThrownBy(() -> images.read(1)).hasMessageContaining("changed meanwhile");
    assertThatThrownBy(() -> images.read(2)).hasMessageContaining("2.png");
  }

  // ---------------------------------------------------------------- arrays

  private Path npz(String name, byte[] array) {
    return DatasetFiles.zip(
        directory.resolve("a.npz"), Map.of(name + ".npy", array), ZipEntry.DEFLATED);
  }

  @Test
  void wrongNpzIsRefused() {
    byte[] some = new byte[48];
    refuses(npz("images", DatasetFiles.npy("|O", "(1,)", some)), "images.npy", "pickled");
    refuses(npz("images", DatasetFiles.npy("<f4", "(1, 4, 3)", some)), "whole numbers");
    refuses(npz("images", DatasetFiles.npy("<i4", "(1, 2, 2, 3)", some)), "must be uint8");
    refuses(npz("images", DatasetFiles.npy("|u1", "(48,)", some)), "must be uint8");
    refuses(npz("images", DatasetFiles.npy("|u1", "()", new byte[1])), "does not fit");
    refuses(npz("images", DatasetFiles.npy("|u1", "(2, 4, 6)", some)), "must be square");
    refuses(npz("images", DatasetFiles.npy("|u1", "(2, 4, 4, 3)", some)), "does not fit");
    refuses(
        npz("images", DatasetFiles.npy("|u1", "(9223372036854775807, 9, 9)", some)),
        "does not fit");
    refuses(npz("images", DatasetFiles.npy("|u1", "(99999999999999999999, 9)", some)), "shape");
    refuses(npz("images", DatasetFiles.npy("|u1", "(-3, 4, 4)", some)), "plain numbers");
    refuses(npz("images", DatasetFiles.utf8("not an array at all")), "not a NumPy array");
    refuses(npz("other", DatasetFiles.npy("|u1", "(3, 4, 4)", some)), "[other]");
    refuses(npz("../images", DatasetFiles.npy("|u1", "(3, 4, 4)", some)), "leaves the archive");
  }

  @Test
  void wrongNpzLabelsAreRefused() {
    for (String[] wrong :
        new String[][] {{"(2,)", "one for each image"}, {"(3,)", "must be from 0"}}) {
      Map<String, byte[]> arrays = new LinkedHashMap<>();
      arrays.put("images.npy", DatasetFiles.npy("|u1", "(3, 4, 4)", new byte[48]));
      byte[] labels = new byte[wrong[0].equals("(2,)") ? 2 : 3];
      labels[1] = -1;
      arrays.put("labels.npy", DatasetFiles.npy("|i1", wrong[0], labels));
      Path file = DatasetFiles.zip(directory.resolve("a.npz"), arrays, ZipEntry.STORED);
      refuses(file, "labels.npy", wrong[1]);
    }
  }

  @Test
  void aTruncatedNpzIsRefused() throws IOException {
    Path file = npz("images", DatasetFiles.npy("|u1", "(3, 4, 4)", new byte[48]));
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 60));
    refuses(file, "not a whole NumPy archive");
  }

  @Test
  void wrongIdxIsRefused() {
    Path plain = directory.resolve("train-images-idx3-ubyte");
    byte[] whole = DatasetFiles.idx(new byte[2 * 64], 2, 8, 8);
    refuses(DatasetFiles.write(plain, Arrays.copyOf(whole, 100)), "must have 144 bytes");
    refuses(DatasetFiles.write(plain, Arrays.copyOf(whole, 7)), "truncated");
    refuses(DatasetFiles.write(plain, DatasetFiles.utf8("something else")), "starts with");
    refuses(DatasetFiles.write(plain, DatasetFiles.idx(new byte[96], 2, 8, 6)), "square");
    refuses(
        DatasetFiles.write(plain, DatasetFiles.idx(new byte[8], -1, 8, 8)), "dimension 0 is -1");
    int most = Integer.MAX_VALUE;
    refuses(
        DatasetFiles.write(plain, DatasetFiles.idx(new byte[8], most, most, most)), "2147483647");

    Path packed = directory.resolve("train-images-idx3-ubyte.gz");
    byte[] zipped = DatasetFiles.gzip(whole);
    refuses(DatasetFiles.write(packed, Arrays.copyOf(zipped, zipped.length - 12)), "truncated");
    refuses(DatasetFiles.write(packed, DatasetFiles.gzip(Arrays.copyOf(whole, 100))), "44 of 144");
    refuses(
        DatasetFiles.write(packed, DatasetFiles.gzip(Arrays.copyOf(whole, 200))),
        "more than the 144");
    refuses(
        DatasetFiles.write(packed, DatasetFiles.gzip(DatasetFiles.idx(new byte[8], most, 8, 8))),
        "which cannot be");
    DatasetFiles.write(
        directory.resolve("train-labels-idx1-ubyte"), DatasetFiles.idx(new byte[3], 3));
    DatasetFiles.write(plain, whole);
    assertThatThrownBy(() -> open(plain)).hasMessageContaining("3 labels for 2 images");
  }

  @Test
  void wrongCifarIsRefused() {
    Path file = directory.resolve("data_batch_1.bin");
    byte[] whole = DatasetFiles.cifar(3, 1);
    refuses(DatasetFiles.write(file, Arrays.copyOf(whole, 9000)), "truncated or not CIFAR");
    refuses(DatasetFiles.write(file, new byte[0]), "truncated or not CIFAR");
    whole[0] = 17;
    refuses(DatasetFiles.write(file, whole), "image 0 has the label 17");
    DatasetFiles.write(file, DatasetFiles.cifar(3, 1));
    DatasetFiles.write(directory.resolve("data_batch_2.bin"), DatasetFiles.cifar(3, 2));
    assertThatThrownBy(() -> open(directory)).hasMessageContaining("is of another data set");
  }
}
