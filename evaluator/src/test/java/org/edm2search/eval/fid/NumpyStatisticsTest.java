package org.edm2search.eval.fid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumpyStatisticsTest {

  @TempDir private Path directory;

  private static Path fixture(String name) {
    return Path.of("src/test/resources/statistics", name);
  }

  @ParameterizedTest
  @CsvSource({
    "b.npz, 1e-6",
    "b-fortran.npz, 1e-6",
    "b-big-endian.npz, 1e-6",
    "b-float32.npz, 1e-4"
  })
  void theDistanceIsSciPys(String name, double tolerance) throws IOException {
    double expected = Double.parseDouble(Files.readString(fixture("distance.txt")).strip());
    FeatureStatistics a = NumpyStatistics.read(fixture("a.npz"));
    FeatureStatistics b = NumpyStatistics.read(fixture(name));
    assertThat(FrechetDistance.between(a, b)).isCloseTo(expected, within(tolerance));
    assertThat(NumpyStatistics.isStatistics(fixture(name))).isTrue();
  }

  @Test
  void theNumberOfImagesIsReadWhereItIsTold() {
    assertThat(NumpyStatistics.read(fixture("b.npz")).count()).isEqualTo(500);
    FeatureStatistics unknown = NumpyStatistics.read(fixture("a.npz"));
    assertThat(unknown.count()).isEqualTo(FeatureStatistics.UNKNOWN);
    assertThatThrownBy(() -> unknown.merge(unknown)).hasMessageContaining("unknown number");
  }

  @Test
  void whatIsWrittenReadsBackBitForBit() throws IOException {
    for (FeatureStatistics statistics :
        new FeatureStatistics[] {
          statistics(7, 3),
          statistics(900, 150),
          new FeatureStatistics(FeatureStatistics.UNKNOWN, new double[] {2}, new double[] {3})
        }) {
      Path file = directory.resolve("s.npz");
      try (OutputStream out = Files.newOutputStream(file)) {
        NumpyStatistics.write(out, statistics);
      }
      assertThat(NumpyStatistics.read(file)).isEqualTo(statistics);
    }
  }

  @Test
  void headersAreThoseOfNumPy() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    NumpyStatistics.write(out, statistics(7, 12));
    Map<String, byte[]> ours = entries(out.toByteArray());
    Map<String, byte[]> numpys = entries(Files.readAllBytes(fixture("b.npz")));
    assertThat(ours.keySet()).isEqualTo(numpys.keySet());
    ours.forEach(
        (name, bytes) ->
            assertThat(Arrays.copyOf(bytes, 128))
                .as(name)
                .isEqualTo(Arrays.copyOf(numpys.get(name), 128)));
  }

  private static Map<String, byte[]> entries(byte[] archive) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        byte[] bytes = zip.readAllBytes();
        // The number of images is the last thing in its array; it differs.
        entries.put(entry.getName(), bytes.length == 136 ? Arrays.copyOf(bytes, 128) : bytes);
      }
    }
    return entries;
  }

  private static FeatureStatistics statistics(int rows, int d) {
    Random random = new Random(1);
    double[][] features = new double[rows][d];
    for (double[] row : features) {
      Arrays.setAll(row, i -> random.nextGaussian());
    }
    return FeatureStatistics.of(features);
  }

  @Test
  void cutAndDamagedFilesAreRefusedInOneLine() throws IOException {
    Random random = new Random(2);
    byte[] whole = Files.readAllBytes(fixture("b.npz"));
    Path file = directory.resolve("broken.npz");
    for (int length = 0; length < whole.length; length += 41) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertRefused(file);
    }
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      try {
        // Times and attributes of entries may change without harm.
        assertThat(NumpyStatistics.read(file).mean())
            .isEqualTo(NumpyStatistics.read(fixture("b.npz")).mean());
      } catch (InvalidFeaturesException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(200);
  }

  private static void assertRefused(Path file) {
    assertThatThrownBy(() -> NumpyStatistics.read(file))
        .isInstanceOf(InvalidFeaturesException.class)
        .hasMessageStartingWith(file.toString())
        .message()
        .doesNotContain("\n");
  }

  @Test
  void objectsAreNeverLoaded() {
    assertThatThrownBy(() -> NumpyStatistics.read(fixture("objects.npz")))
        .isInstanceOf(InvalidFeaturesException.class)
        .hasMessageContaining("mu.npy holds pickled Python objects");
    assertThat(NumpyStatistics.isStatistics(fixture("images.npz"))).isFalse();
    assertThatThrownBy(() -> NumpyStatistics.read(fixture("images.npz")))
        .hasMessageContaining("mu.npy is missing");
    assertThatThrownBy(() -> NumpyStatistics.read(directory.resolve("none.npz")))
        .hasMessageContaining("no such file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<f8 | (2,) | (2, 3) | 1 0 0 1 0 0 | sigma.npy has the shape (2, 3), but mu has 2 numbers",
        "<f8 | (2,) | (4,) | 1 0 0 1 | sigma.npy has the shape (4,)",
        "<f8 | (1, 2) | (2, 2) | 1 0 0 1 | mu.npy has the shape (1, 2)",
        "<f8 | (999999999999,) | (2, 2) | 1 0 0 1 | mu.npy has the shape",
        "<f8 | (8000,) | (2, 2) | 1 0 0 1 | mu.npy says it has",
        "<f8 | (0,) | (0, 0) | | mu.npy has the shape (0,)",
        "<i8 | (2,) | (2, 2) | 1 0 0 1 | elements of type <i8",
        "<c16 | (2,) | (2, 2) | 1 0 0 1 | elements of type <c16",
        "<f2 | (2,) | (2, 2) | 1 0 0 1 | elements of type <f2",
        "<f8 | (2,) | (2, 2) | 1 0.5 0 1 | sigma is not symmetric",
        "<f8 | (2,) | (2, 2) | 1 0 0 -1 | variance -1.0 at 1",
        "<f8 | (2,) | (2, 2) | 1 NaN NaN 1 | which is not finite",
        "<f8 | (2,), 'x': () | (2, 2) | 1 0 0 1 | not an array of plain numbers"
      })
  void implausibleArraysAreRefused(
      String type, String meanShape, String shape, String values, String reason)
      throws IOException {
    double[] numbers =
        values == null
            ? new double[0]
            : Arrays.stream(values.split(" ")).mapToDouble(Double::parseDouble).toArray();
    Path file = directory.resolve("odd.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      put(zip, "mu.npy", type, meanShape, 1, 2);
      put(zip, "sigma.npy", "<f8", shape, numbers);
    }
    assertRefused(file);
    assertThatThrownBy(() -> NumpyStatistics.read(file)).hasMessageContaining(reason);
  }

  @Test
  void anArchiveThatClaimsMoreThanItHoldsIsRefusedBeforeItIsBelieved() throws IOException {
    Path file = directory.resolve("bomb.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      put(zip, "mu.npy", "<f8", "(8192,)", new double[8192]);
      put(zip, "sigma.npy", "<f8", "(8192, 8192)", new double[10]);
    }
    assertThatThrownBy(() -> NumpyStatistics.read(file))
        .hasMessageContaining("sigma.npy says it has 536870988");
  }

  private static void put(
      ZipOutputStream zip, String name, String type, String shape, double... values)
      throws IOException {
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n".formatted(type, shape);
    ByteBuffer bytes =
        ByteBuffer.allocate(10 + header.length() + 8 * values.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
            .putShort((short) header.length())
            .put(header.getBytes(StandardCharsets.ISO_8859_1));
    for (double value : values) {
      bytes.putDouble(value);
    }
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes.array());
    zip.closeEntry();
  }
}
