package org.edm2search.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.edm2search.data.DatasetProgress;
import org.edm2search.data.InvalidDatasetException;
import org.edm2search.data.image.Background;
import org.edm2search.data.image.Crop;
import org.edm2search.data.image.ImageDecoder;
import org.edm2search.data.image.PngFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetConversionTest {

  private static final Adjustments NONE = new Adjustments(0, 0, 0);

  @TempDir private Path directory;

  private final List<String> skipped = new ArrayList<>();
  private Path folder;
  private Path zip;

  @BeforeEach
  void makeImages() {
    folder = directory.resolve("pets");
    zip = directory.resolve("out/pets.zip");
    for (int i = 0; i < 6; i++) {
      DatasetFiles.write(
          folder.resolve("%s/%d.png".formatted(i % 2 == 0 ? "cat" : "dog", i)),
          PngFile.write(DatasetFiles.image(i, 20 + i, 30 - i, i == 3 ? 1 : 3)));
    }
  }

  private DatasetConversion.Result convert(DatasetConversion conversion, Path from, Path to) {
    return conversion.convert(
        from,
        Optional.empty(),
        to,
        new DatasetCache(directory.resolve("cache")),
        DatasetProgress.NONE,
        skipped::add);
  }

  private static DatasetConversion to(int resolution, boolean skipBroken) {
    return new DatasetConversion(
        resolution, 3, Crop.CENTER_CROP_DHARIWAL, Background.WHITE, skipBroken);
  }

  private FileDataset open(Path file) {
    return FileDataset.open(
        file,
        FileDataset.Request.ANY,
        new DatasetCache(directory.resolve("cache")),
        DatasetProgress.NONE);
  }

  @Test
  void aFolderBecomesAnEdm2Zip() throws IOException {
    DatasetConversion.Result result = convert(to(16, false), folder, zip);
    assertThat(result).isEqualTo(new DatasetConversion.Result(6, 0, 2, NONE));
    try (ZipFile file = new ZipFile(zip.toFile())) {
      List<? extends ZipEntry> entries = Collections.list(file.entries());
      assertThat(entries).allMatch(entry -> entry.getMethod() == ZipEntry.STORED);
      assertThat(entries.stream().map(ZipEntry::getName))
          .startsWith("00000/img00000000.png", "00000/img00000001.png")
          .endsWith("00000/img00000005.png", "dataset.json");
      String json =
          new String(
              file.getInputStream(file.getEntry("dataset.json")).readAllBytes(),
              StandardCharsets.UTF_8);
      assertThat(json)
          .startsWith("{\"labels\":[[\"00000/img00000000.png\",0],[")
          .contains("[\"00000/img00000005.png\",1]]")
          .endsWith("\"classes\":[\"cat\",\"dog\"]}");
    }
    try (FileDataset images = open(zip)) {
      assertThat(images.resolution()).isEqualTo(16);
      assertThat(images.channels()).isEqualTo(3);
      assertThat(images.classes()).containsExactly("cat", "dog");
      assertThat(images.read(0, 1, 2, 3, 4, 5).labels()).containsExactly(0, 0, 0, 1, 1, 1);
      byte[] expected =
          Crop.CENTER_CROP_DHARIWAL
              .apply(
                  ImageDecoder.decode(Files.readAllBytes(folder.resolve("cat/4.png"))).pixels(), 16)
              .pixels();
      assertThat(images.read(2).pixels()[256 + 5])
          .isEqualTo((expected[5 * 3 + 1] & 0xff) / 127.5f - 1);
    }
  }

  @Test
  void equalSourcesGiveEqualFiles() throws IOException {
    convert(to(16, false), folder, zip);
    Path again = directory.resolve("again.zip");
    convert(to(16, false), folder, again);
    assertThat(again).hasSameBinaryContentAs(zip);
    Path ofZip = directory.resolve("of-zip.zip");
    convert(new DatasetConversion(16, 3, Crop.NONE, Background.WHITE, false), zip, ofZip);
    assertThat(ofZip).hasSameBinaryContentAs(zip);
  }

  @Test
  void arraysBecomeZipsToo() {
    Path cifar = DatasetFiles.write(directory.resolve("x.bin"), DatasetFiles.cifar(12, 1));
    convert(to(8, false), cifar, zip);
    try (FileDataset images = open(zip)) {
      assertThat(images.count()).isEqualTo(12);
      assertThat(images.resolution()).isEqualTo(8);
      assertThat(images.read(11).labels()).containsExactly(1);
    }
  }

  @Test
  void aBrokenImageStopsAndLeavesNothing() throws IOException {
    DatasetFiles.write(folder.resolve("cat/2.png"), DatasetFiles.utf8("no image"));
    assertThatThrownBy(() -> convert(to(16, false), folder, zip))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessageContaining("2.png: neither PNG");
    try (Stream<Path> left = Files.list(zip.getParent())) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aBrokenImageIsSkippedAndNamed() {
    DatasetFiles.write(folder.resolve("cat/2.png"), DatasetFiles.utf8("no image"));
    DatasetConversion.Result result = convert(to(16, true), folder, zip);
    assertThat(result).isEqualTo(new DatasetConversion.Result(5, 1, 2, NONE));
    assertThat(skipped).singleElement().asString().contains("2.png: neither PNG");
    try (FileDataset images = open(zip)) {
      assertThat(images.read(0, 1, 2, 3, 4).labels()).containsExactly(0, 0, 1, 1, 1);
    }
  }

  @Test
  void withoutACropTheSizeMustBeRight() {
    DatasetConversion none = new DatasetConversion(16, 3, Crop.NONE, Background.WHITE, false);
    assertThatThrownBy(() -> convert(none, folder, zip))
        .hasMessageContaining("0.png: is 20×30, not 16×16");
  }
}
