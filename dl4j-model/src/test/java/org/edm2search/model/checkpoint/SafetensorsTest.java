package org.edm2search.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.edm2search.space.base.Edm2SearchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {

  @TempDir private Path directory;

  @Test
  void writtenTensorsReadBackExactly() {
    Path file = directory.resolve("a.safetensors");
    TensorFile content =
        new TensorFile(
            Map.of("config", "G*", "note", "ü \"quoted\"\nline"),
            Map.of(
                "scalar", new Tensor(List.of(), new float[] {1.5f}),
                "matrix",
                    new Tensor(
                        List.of(2, 2),
                        new float[] {
                          Float.MIN_VALUE, -0f, Float.intBitsToFloat(0x7fc12345), Float.MAX_VALUE
                        }),
                "none", new Tensor(List.of(0, 3), new float[0]),
                "doubles", Tensor.ofDoubles(List.of(2), Math.PI, Double.MIN_VALUE),
                "longs", Tensor.ofLongs(List.of(1, 2), Long.MIN_VALUE, 1L << 53 | 1)));

    Safetensors.write(file, content);
    TensorFile read = Safetensors.read(file);

    assertThat(read.metadata()).isEqualTo(content.metadata());
    assertThat(read.tensors().keySet()).isEqualTo(content.tensors().keySet());
    content
        .tensors()
        .forEach(
            (name, tensor) -> {
              assertThat(read.tensors().get(name).shape()).isEqualTo(tensor.shape());
              assertThat(bits(read.tensors().get(name))).isEqualTo(bits(tensor));
            });
    assertThat(read.tensors().get("doubles").doubles()).containsExactly(Math.PI, Double.MIN_VALUE);
    assertThat(read.tensors().get("longs").longs()).containsExactly(Long.MIN_VALUE, 1L << 53 | 1);
    assertThat(directory.toFile().list()).containsExactly("a.safetensors");
  }

  private static int[] bits(Tensor tensor) {
    int[] bits = new int[tensor.values().length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(tensor.values()[i]);
    }
    return bits;
  }

  @Test
  void tensorsLargerThanAChunkReadBack() {
    float[] values = new float[(4 << 20) / 4 + 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Path file = directory.resolve("large.safetensors");
    Safetensors.write(file, new TensorFile(Map.of(), Map.of("a", Tensor.vector(values))));
    assertThat(Safetensors.read(file).tensors().get("a").values()).isEqualTo(values);
  }

  @Test
  void equalContentGivesEqualAndAlignedBytes() throws Exception {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("a", Tensor.vector(1f));
    tensors.put("z", Tensor.ofDoubles(List.of(1), 2));
    Map<String, Tensor> reversed = new LinkedHashMap<>();
    reversed.put("z", tensors.get("z"));
    reversed.put("a", tensors.get("a"));
    Path one = directory.resolve("1");
    Path two = directory.resolve("2");

    Safetensors.write(one, new TensorFile(Map.of("k", "v"), tensors));
    Safetensors.write(two, new TensorFile(Map.of("k", "v"), reversed));

    byte[] bytes = Files.readAllBytes(one);
    assertThat(bytes).isEqualTo(Files.readAllBytes(two));
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long headerBytes = buffer.getLong();
    assertThat(headerBytes % 8).isZero();
    // The wider element comes first, so that both are aligned.
    assertThat(buffer.getDouble((int) headerBytes + 8)).isEqualTo(2);
    assertThat(buffer.getFloat((int) headerBytes + 16)).isEqualTo(1);
  }

  @Test
  void readsEveryHalf() throws Exception {
    ByteBuffer data = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int half = 0; half < 1 << 16; half++) {
      data.putShort((short) half);
    }
    Path file =
        file(
            "{\"h\":{\"dtype\":\"F16\",\"shape\":[65536],\"data_offsets\":[0,131072]}}",
            data.array());

    float[] values = Safetensors.read(file).tensors().get("h").values();

    for (int half = 0; half < 1 << 16; half++) {
      int exponent = half >> 10 & 31;
      int fraction = half & 1023;
      double magnitude =
          exponent == 31
              ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
              : exponent == 0
                  ? fraction * Math.pow(2, -24)
                  : (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
      assertThat(Float.floatToIntBits(values[half]))
          .isEqualTo(Float.floatToIntBits((float) (half < 1 << 15 ? magnitude : -magnitude)));
    }
  }

  @Test
  void halvesAreWrittenAgainAsTheyWere() throws Exception {
    Tensor tensor = new Tensor(List.of(5), new float[] {0.1f, -2049, 3e-8f, 0, 65519});
    Path file = directory.resolve("half");
    Safetensors.write(file, new TensorFile(Map.of(), Map.of("h", tensor.toHalf())));

    Tensor read = Safetensors.read(file).tensors().get("h");
    Path again = directory.resolve("half again");
    Safetensors.write(again, new TensorFile(Map.of(), Map.of("h", read)));

    assertThat(read.type()).isEqualTo(ElementType.F16);
    assertThat(read.values()).containsExactly(0.099975586f, -2048, 5.9604645e-8f, 0, 65504);
    assertThat(again).hasSameBinaryContentAs(file);
    assertThatThrownBy(() -> new Tensor(List.of(1), new float[] {70_000}).toHalf())
        .hasMessageContaining("70000.0 is beyond half precision");
  }

  @Test
  void readsIntegersAndBrainFloats() throws Exception {
    ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(-7).putShort((short) 0xbfc0).put((byte) 255).put((byte) 1);
    Path file =
        file(
            "{\"i\":{\"dtype\":\"I32\",\"shape\":[],\"data_offsets\":[0,4]},"
                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[4,6]},"
                + "\"u\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[6,8]}}",
            data.array());

    Map<String, Tensor> tensors = Safetensors.read(file).tensors();

    assertThat(tensors.get("i").longs()).containsExactly(-7);
    assertThat(tensors.get("b").values()).containsExactly(-1.5f);
    assertThat(tensors.get("u").longs()).containsExactly(255, 1);
    assertThat(tensors.get("u").values()).containsExactly(255f, 1f);
    assertThatThrownBy(() -> tensors.get("b").longs()).hasMessageContaining("type F32");

    Path again = directory.resolve("again");
    Safetensors.write(again, new TensorFile(Map.of(), tensors));
    assertThat(Safetensors.read(again).tensors().get("u").type()).isEqualTo(ElementType.U8);
    assertThat(Safetensors.read(again).tensors().get("i").longs()).containsExactly(-7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // Shapes and byte ranges
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | needs 8 bytes",
        "{\"a\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,8]}} | needs 16 bytes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | not leave holes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | not overlap",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}} | not overlap",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | 4 bytes follow",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}} | truncated",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,4]}} | before it starts",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,8]}} | but has '-1'",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}} | but has '-4'",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}} | but has '2.0'",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[\"2\"],\"data_offsets\":[0,8]}} | but has '2'",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[null],\"data_offsets\":[0,8]}} | but has 'null'",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[[2]],\"data_offsets\":[0,8]}} | must hold integers",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,1e30]}} | must hold integers",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,99999999999999999999]}}"
            + " | from 0 to 2^63-1",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,2],\"data_offsets\":[0,8]}}"
            + " | at most 8 values",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4,8]}} | at most 2 values",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8]}} | two data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}} | must be a list",
        // Products that overflow 32 and 64 bits
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[65536,65536],\"data_offsets\":[0,0]}} | more than",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483632,2147483632,4],\"data_offsets\":[0,8]}}"
            + " | more than",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}"
            + " | the dimension 4294967296",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483632,2147483632,2147483632,0],"
            + "\"data_offsets\":[0,0]}} | 8 bytes follow",
        // Keys
        "{\"a\":{\"dtype\":\"I8\",\"shape\":[8],\"data_offsets\":[0,8]}} | has type 'I8'",
        "{\"a\":{\"dtype\":4,\"shape\":[8],\"data_offsets\":[0,8]}} | has type '4'",
        "{\"a\":{\"dtype\":{},\"shape\":[8],\"data_offsets\":[0,8]}} | has type",
        "{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}} | needs dtype",
        "{\"a\":7} | needs dtype",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | declared twice",
        "{\"a\":{\"shape\":[1],\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"
            + " | has shape twice",
        // Metadata
        "{\"__metadata__\":{\"x\":1}} | must be text",
        "{\"__metadata__\":{\"x\":null}} | must be text",
        "{\"__metadata__\":{\"x\":{}}} | must be text",
        "{\"__metadata__\":[]} | must be an object",
        "{\"__metadata__\":{\"x\":\"1\",\"x\":\"2\"}} | has 'x' twice",
        "{\"__metadata__\":{},\"__metadata__\":{}} | declared twice",
        // JSON
        "[1] | must be a JSON object",
        "{\"a\" | not valid JSON",
        "{\"a\":{\"dtype\":\"F32\" | not valid JSON",
        "{} {} | more follows",
        "{}garbage | not valid JSON",
      })
  void hostileHeadersAreRefused(String header, String reason) throws Exception {
    assertRefused(file(header, new byte[8]), reason);
  }

  private static void assertRefused(Path file, String reason) {
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(InvalidTensorFileException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(reason)
        .message()
        .doesNotContainPattern("\\p{Cntrl}")
        .hasSizeLessThan(file.toString().length() + 1100);
  }

  @ParameterizedTest
  @CsvSource({
    "1152921504606846976, its length says 1152921504606846976",
    "-1, its length says 18446744073709551615",
    "9223372036854775807, its length says",
    "100000001, its length says 100000001",
    "1000, only 0 follow",
    "1, its length says 1",
    "0, its length says 0"
  })
  void hostileLengthsAreRefused(long length, String reason) throws Exception {
    Path file = directory.resolve("length.safetensors");
    Files.write(
        file, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());

    assertRefused(file, reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "{\"a\":{\"more\":["})
  void deepNestingIsRefused(String opening) throws Exception {
    assertRefused(file("{\"a\":{\"more\":" + opening.repeat(100_000), new byte[0]), "depth");
  }

  /** As a tree, a million objects would take a hundred megabytes. */
  @Test
  void crowdedHeadersAreReadInLittleMemory() throws Exception {
    String crowd = "{}" + ",{}".repeat(1_000_000);
    Path file = file("{\"a\":{\"more\":[" + crowd + "]}}", new byte[0]);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    assertRefused(file, "tensor 'a' needs dtype");

    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .isLessThan(10_000_000 + 2 * Files.size(file));
  }

  @Test
  void textOfTheFileCannotForgeLinesOfTheMessage() throws Exception {
    assertRefused(
        file("{\"a\\nerror: \\u001b[31m\\u202e" + "x".repeat(30_000) + "\":{}}", new byte[0]),
        "tensor 'a\uFFFDerror: \uFFFD[31m\uFFFDxxx");
  }

  @Test
  void headersAreUtf8() throws Exception {
    byte[] header = "{\"__metadata__\":{\"k\":\"xy\"}}".getBytes(StandardCharsets.US_ASCII);
    header[22] = (byte) 0xff;
    assertRefused(file(header, new byte[0]), "not UTF-8");
  }

  @Test
  void anyCutOfAFileIsRefused() throws Exception {
    Path whole = directory.resolve("whole");
    Safetensors.write(whole, new TensorFile(Map.of("k", "v"), Map.of("a", Tensor.vector(1, 2))));
    byte[] bytes = Files.readAllBytes(whole);
    for (int length = 0; length < bytes.length; length++) {
      Path cut = Files.write(directory.resolve("cut"), Arrays.copyOf(bytes, length));
      assertRefused(cut, "");
    }
    assertRefused(Files.write(whole, Arrays.copyOf(bytes, bytes.length + 1)), "1 bytes follow");
  }

  /** Whatever one byte of the header becomes, reading ends in tensors or in a refusal. */
  @Test
  void anyChangedHeaderByteIsReadOrRefused() throws Exception {
    Path file = directory.resolve("changed");
    Safetensors.write(file, new TensorFile(Map.of("k", "v"), Map.of("a", Tensor.vector(1, 2))));
    byte[] bytes = Files.readAllBytes(file);
    for (int at = 0; at < bytes.length - 8; at++) {
      for (int value :
          new int[] {0, '0', '9', '"', '{', '}', '[', ']', ',', '-', ' ', 0x80, 0xff}) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        Files.write(file, changed);
        try {
          Safetensors.read(file);
        } catch (InvalidTensorFileException e) {
          assertThat(e).hasMessageStartingWith(file + ": ");
        }
      }
    }
  }

  /** A flip that is read at all leaves what was written: it hit what does not count. */
  @Test
  void noChangedBitIsReadAsContent() throws Exception {
    Path file = directory.resolve("changed");
    TensorFile content =
        new TensorFile(Map.of("k", "v"), Map.of("a", Tensor.vector(1, 2), "b", Tensor.vector(3)));
    Safetensors.write(file, content);
    byte[] bytes = Files.readAllBytes(file);
    String header = new String(bytes, StandardCharsets.ISO_8859_1);
    int key = header.indexOf("crc32c");
    int refused = 0;
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      if (bit / 8 >= key && bit / 8 < key + 6) {
        continue; // under another name there is no checksum, as in older files
      }
      byte[] changed = bytes.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, changed);
      try {
        TensorFile read = Safetensors.read(file);
        assertThat(read.metadata()).isEqualTo(content.metadata());
        assertThat(read.tensors().get("a").values()).containsExactly(1, 2);
        assertThat(read.tensors().get("b").values()).containsExactly(3);
      } catch (InvalidTensorFileException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(7 * bytes.length);
  }

  @Test
  void aFileWithoutChecksumAndOneInAnotherOrderAreRead() throws Exception {
    Path plain =
        file("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", new byte[] {7});
    assertThat(Safetensors.read(plain).tensors().get("a").longs()).containsExactly(7);

    Path written = directory.resolve("written");
    Safetensors.write(
        written,
        new TensorFile(
            Map.of("k", "v"),
            Map.of(
                "a", Tensor.ofLongs(List.of(1), 5L),
                "b", Tensor.ofLongs(List.of(1), 6L))));
    byte[] bytes = Files.readAllBytes(written);
    int headerBytes = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String header = new String(bytes, 8, headerBytes, StandardCharsets.US_ASCII);
    // What another program makes of it: b first, blanks in the JSON.
    String reordered =
        header.replace("[0,8]", "[8, 0]").replace("[8,16]", "[0, 8]").replace("[8, 0]", "[8, 16]");
    byte[] data =
        ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(6).putLong(5).array();
    TensorFile read = Safetensors.read(file(reordered, data));
    assertThat(read.tensors().get("a").longs()).containsExactly(5);
    assertThat(read.metadata()).containsOnlyKeys("k");
  }

  @Test
  void whatIsNotAFileIsRefused() throws Exception {
    assertRefused(Files.createFile(directory.resolve("empty.safetensors")), "at least 8 bytes");
    assertRefused(directory.resolve("none"), "no such file");
    assertRefused(directory, "is a directory");
    Path device = Path.of("/dev/zero");
    assumeThat(device).exists();
    assertRefused(device, "not a regular file");
  }

  @Test
  void aFailedWriteLeavesTheOldFile() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "old");
    assertThatThrownBy(
            () -> Safetensors.write(file.resolve("x"), new TensorFile(Map.of(), Map.of())))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("cannot be written")
        .hasMessageContaining("in the way");
    assertThat(file).hasContent("old");

    Path full = Files.createDirectories(directory.resolve("target/child")).getParent();
    assertThatThrownBy(() -> Safetensors.write(full, new TensorFile(Map.of(), Map.of())))
        .isInstanceOf(Edm2SearchException.class);
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("file", "target");
  }

  @Test
  void filesHaveTheRightsOfAnyNewFile() throws Exception {
    assumeThat(FileSystems.getDefault().supportedFileAttributeViews()).contains("posix");
    Path plain = Files.createFile(directory.resolve("plain"));
    Path file = directory.resolve("a.safetensors");
    Safetensors.write(file, new TensorFile(Map.of(), Map.of()));
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(Files.getPosixFilePermissions(plain))
        .contains(PosixFilePermission.OWNER_WRITE);
  }

  private Path file(String header, byte[] data) throws Exception {
    return file(header.strip().getBytes(StandardCharsets.UTF_8), data);
  }

  private Path file(byte[] json, byte[] data) throws Exception {
    ByteBuffer buffer =
        ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(json.length).put(json).put(data);
    return Files.write(directory.resolve("case.safetensors"), buffer.array());
  }
}
