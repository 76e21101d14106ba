package org.edm2search.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What torch.save wrote is read bit for bit; whatever else is in a file is refused in one line. */
class PyTorchFileTest {

  @TempDir private Path directory;

  private static Path resource(String name) {
    return Path.of("src/test/resources/pytorch", name);
  }

  private static TensorFile read(Path file) {
    return PyTorchFile.read(file, bytes -> {});
  }

  // ---------------------------------------------------------------- what PyTorch writes

  @ParameterizedTest
  @ValueSource(strings = {"legacy.pth", "zip.pth"})
  void aStateDictIsReadBitForBit(String name) {
    Map<String, Tensor> actual = read(resource(name)).tensors();
    Map<String, Tensor> expected = Safetensors.read(resource("expected.safetensors")).tensors();
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (key, tensor) -> {
          // PyTorch wrote the expectation of halves as float32; here they stay what they are.
          assertThat(actual.get(key).type())
              .as(key)
              .isEqualTo(key.equals("type.half") ? ElementType.F16 : tensor.type());
          assertThat(actual.get(key).shape()).as(key).isEqualTo(tensor.shape());
          assertThat(actual.get(key).array()).as(key).isEqualTo(tensor.array());
        });
  }

  @Test
  void theStorageBytesAreReported() {
    AtomicLong bytes = new AtomicLong();
    PyTorchFile.read(resource("legacy.pth"), bytes::set);
    assertThat(bytes.get()).isBetween(200L, 1000L);
  }

  // ---------------------------------------------------------------- damage

  @Test
  void everyTruncatedStreamIsRefused() throws IOException {
    everyPrefixIsRefused("legacy.pth");
  }

  @Test
  void everyTruncatedArchiveIsRefused() throws IOException {
    everyPrefixIsRefused("zip.pth");
  }

  private void everyPrefixIsRefused(String name) throws IOException {
    byte[] whole = Files.readAllBytes(resource(name));
    Path file = directory.resolve("truncated.pth");
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      refuses(file, "");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"legacy.pth", "zip.pth"})
  void aDamagedFileIsReadOrRefusedButNeverFailsOtherwise(String name) throws IOException {
    byte[] whole = Files.readAllBytes(resource(name));
    Path file = directory.resolve("damaged.pth");
    SplittableRandom random = new SplittableRandom(7);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] damaged = whole.clone();
      for (int k = random.nextInt(1, 4); k > 0; k--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, damaged);
      try {
        read(file);
      } catch (InvalidTensorFileException e) {
        assertThat(e.getMessage()).doesNotContain("\n");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  @Test
  void whatIsNoFileIsRefused() throws IOException {
    refuses(directory, "is a directory");
    refuses(directory.resolve("none.pth"), "no such file");
    refuses(Files.write(directory.resolve("empty.pth"), new byte[0]), "no PyTorch file");
    refuses(Files.writeString(directory.resolve("text.pth"), "hello"), "no PyTorch file");
  }

  @Test
  void bytesAfterTheLastStorageAreRefused() throws IOException {
    byte[] whole = Files.readAllBytes(resource("legacy.pth"));
    refuses(
        Files.write(directory.resolve("long.pth"), Arrays.copyOf(whole, whole.length + 1)),
        "more follows");
  }

  private static void refuses(Path file, String rule) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(InvalidTensorFileException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(rule)
        .message()
        .doesNotContain("\n")
        .hasSizeLessThan(1500);
  }

  // ---------------------------------------------------------------- hostile pickles

  /** Writes pickles by hand. */
  private static final class Pickle {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Pickle() {
      op(0x80, 2);
    }

    Pickle op(int... values) {
      for (int value : values) {
        bytes.write(value);
      }
      return this;
    }

    Pickle op(char code) {
      return op((int) code);
    }

    Pickle little(int value) {
      return op(value, value >> 8, value >> 16, value >> 24);
    }

    Pickle line(String text) {
      bytes.writeBytes((text + "\n").getBytes(StandardCharsets.UTF_8));
      return this;
    }

    Pickle text(String text) {
      op('X').little(text.length());
      bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
      return this;
    }

    Pickle integer(long value) {
      op(0x8a, 8);
      bytes.writeBytes(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
      return this;
    }

    Pickle global(String module, String name) {
      return op('c').line(module).line(name);
    }

    Pickle repeat(int times, int... values) {
      for (int i = 0; i < times; i++) {
        op(values);
      }
      return this;
    }

    Pickle tuple(long... values) {
      op('(');
      for (long value : values) {
        integer(value);
      }
      return op('t');
    }

    /** A dict with one tensor. */
    static Pickle tensor(long length, long offset, long[] shape, long[] strides) {
      return new Pickle()
          .op('}')
          .text("w")
          .global("torch._utils", "_rebuild_tensor_v2")
          .op('(')
          .op('(')
          .text("storage")
          .global("torch", "FloatStorage")
          .text("0")
          .text("cpu")
          .integer(length)
          .op('t')
          .op('Q')
          .integer(offset)
          .tuple(shape)
          .tuple(strides)
          .op(0x89)
          .op('N')
          .op('t')
          .op('R')
          .op('s')
          .op('.');
    }

    byte[] toBytes() {
      return bytes.toByteArray();
    }
  }

  private static long[] of(long... values) {
    return values;
  }

  static Stream<Arguments> hostilePickles() {
    Pickle shared = new Pickle().op('(').repeat(500_000, 'N').op('t').op('q', 0);
    for (int i = 0; i < 100_000; i++) {
      shared.op('h', 0, 'h', 0, 0x86);
    }
    Pickle laughs = new Pickle().op(']').op('q', 0);
    for (int i = 1; i < 200; i++) {
      laughs.op(']').op('(').repeat(100, 'h', i - 1).op('e').op('q', i);
    }
    return Stream.of(
        Arguments.of("os.system", call("os", "system", "true"), "'os.system'"),
        Arguments.of("posix.system", call("posix", "system", "true"), "'posix.system'"),
        Arguments.of("eval", call("builtins", "eval", "1"), "'builtins.eval'"),
        Arguments.of("py2 eval", call("__builtin__", "eval", "1"), "'__builtin__.eval'"),
        Arguments.of("getattr", call("torch", "load", "x"), "'torch.load'"),
        Arguments.of("escapes", call("o\u001b[31m", "x", "x"), "'o\uFFFD[31m.x'"),
        Arguments.of("storage called", call("torch", "FloatStorage", "x"), "makes a call"),
        Arguments.of("dict called", call("collections", "OrderedDict", "x"), "makes a call"),
        Arguments.of("memo bomb", shared.op('.'), ""),
        Arguments.of("billion laughs", laughs.op('.'), "ends with"),
        Arguments.of("deep", new Pickle().repeat(400_000, ']').repeat(399_999, 'a').op('.'), ""),
        Arguments.of("deep tuples", new Pickle().op(')').repeat(800_000, 0x85).op('.'), ""),
        Arguments.of("marks", new Pickle().repeat(900_000, '(').op('.'), "ends with"),
        Arguments.of("many", new Pickle().repeat(1_100_000, 'N').op('.'), "1000000 operations"),
        Arguments.of(
            "itself", new Pickle().op(']').op('q', 0).op('h', 0).op('a').op('.'), "no state dict"),
        Arguments.of("list key", new Pickle().op('}').op(']').op('N').op('s').op('.'), "keys"),
        Arguments.of(
            "huge memo", new Pickle().op('}').op('r').little(-1).op('j').little(7), "recalls"),
        Arguments.of("huge text", new Pickle().op('X').little(-1), "text of 4294967295 bytes"),
        Arguments.of("huge text", new Pickle().op('X').little(1 << 30), "bytes, over"),
        Arguments.of(
            "endless name", new Pickle().op('c').line("x".repeat(10_000)), "over 4096 bytes"),
        Arguments.of("protocol 5", new Pickle().op(0x80, 5), "protocol 5"),
        Arguments.of("instance", new Pickle().op('i'), "opcode 0x69"),
        Arguments.of("stack empty", new Pickle().op('0'), "opcode 0x30"),
        Arguments.of("nothing to reduce", new Pickle().op('R'), "where there is none"),
        Arguments.of("no dict", new Pickle().op('N').op('.'), "no state dict"),
        Arguments.of(
            "no tensor", new Pickle().op('}').text("a").op('N').op('s').op('.'), "not a tensor"),
        Arguments.of(
            "twice",
            new Pickle().op('}').text("a").op('K', 1).op('s').text("a").op('K', 2).op('s'),
            "twice"),
        Arguments.of("id", new Pickle().op('(').text("storage").op('t').op('Q'), "persistent id"),
        Arguments.of("huge", Pickle.tensor(1L << 40, 0, of(1L << 40), of(1)), "can hold"),
        Arguments.of("negative", Pickle.tensor(-1, 0, of(1), of(1)), "can hold"),
        Arguments.of("much", Pickle.tensor(1 << 20, 0, of(1 << 20), of(1)), "can hold"),
        Arguments.of("size", Pickle.tensor(4, 0, of(-4), of(1)), "negative"),
        Arguments.of("stride", Pickle.tensor(4, 3, of(4), of(-1)), "negative"),
        Arguments.of("offset", Pickle.tensor(4, -1, of(4), of(1)), "negative"),
        Arguments.of("beyond", Pickle.tensor(4, 1, of(4), of(1)), "does not fit"),
        Arguments.of("far", Pickle.tensor(4, 0, of(2, 2), of(1L << 62, 1)), "does not fit"),
        Arguments.of(
            "overflow",
            Pickle.tensor(4, 0, of(2, 2), of(Long.MAX_VALUE, Long.MAX_VALUE)),
            "does not fit"),
        Arguments.of("expanded", Pickle.tensor(1, 0, of(1 << 30), of(0)), "does not fit"),
        Arguments.of(
            "product", Pickle.tensor(1, 0, of(1 << 30, 1 << 30, 1 << 30), of(0, 0, 0)), "fit"),
        Arguments.of("rank", Pickle.tensor(4, 0, of(4), of(1, 1)), "2 strides"),
        Arguments.of("ranks", Pickle.tensor(1, 0, new long[9], new long[9]), "at most 8 values"));
  }

  private static Pickle call(String module, String name, String argument) {
    return new Pickle().global(module, name).text(argument).op(0x85).op('R').op('.');
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostilePickles")
  void aHostilePickleIsRefused(String what, Pickle pickle, String rule) throws IOException {
    byte[] storage = new byte[16];
    refuses(archive(pickle.toBytes(), storage), rule);
    refuses(stream(pickle.toBytes(), storage), rule);
  }

  private Path archive(byte[] pickle, byte[] storage) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("archive/data.pkl", pickle);
    entries.put("archive/data/0", storage);
    return zip(entries, ZipEntry.STORED);
  }

  private Path stream(byte[] pickle, byte[] storage) throws IOException {
    byte[] magic = {(byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46};
    byte[] rest = {(byte) 0xf9, 0x20, 0x6a, (byte) 0xa8, 0x50, 0x19, '.'};
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(magic);
    out.writeBytes(rest);
    out.writeBytes(new Pickle().op('M', 0xe9, 3).op('.').toBytes());
    out.writeBytes(new Pickle().op('}').text("little_endian").op(0x88).op('s').op('.').toBytes());
    out.writeBytes(pickle);
    out.writeBytes(new Pickle().op(']').text("0").op('a').op('.').toBytes());
    out.writeBytes(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(storage.length / 4).array());
    out.writeBytes(storage);
    return Files.write(directory.resolve("stream.pth"), out.toByteArray());
  }

  /** The files made here are right but for what a test breaks. */
  @Test
  void theFilesOfTheseTestsAreReadWhenNothingIsWrong() throws IOException {
    byte[] pickle = Pickle.tensor(4, 1, of(3), of(1)).toBytes();
    byte[] storage = new byte[16];
    storage[7] = 0x40;
    assertThat(read(archive(pickle, storage)).tensors().get("w").values()).containsExactly(2, 0, 0);
    assertThat(read(stream(pickle, storage)).tensors().get("w").values()).containsExactly(2, 0, 0);
  }

  // ---------------------------------------------------------------- hostile archives

  private Path zip(Map<String, byte[]> entries, int method) throws IOException {
    Path file = directory.resolve("archive.pth");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> content : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(content.getKey());
        entry.setMethod(method);
        entry.setSize(content.getValue().length);
        if (method == ZipEntry.STORED) {
          CRC32 checksum = new CRC32();
          checksum.update(content.getValue());
          entry.setCrc(checksum.getValue());
        }
        out.putNextEntry(entry);
        out.write(content.getValue());
      }
    }
    return file;
  }

  private static Map<String, byte[]> entries() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(resource("zip.pth").toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return entries;
  }

  @Test
  void aPackedArchiveIsRefused() throws IOException {
    Map<String, byte[]> entries = entries();
    entries.put("zip/bomb", new byte[50_000_000]);
    refuses(zip(entries, ZipEntry.DEFLATED), "packed entry");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc/cron", "/etc/passwd", "zip/../../x", "zip\\..\\x"})
  void namesThatLeadOutAreRefused(String name) throws IOException {
    Map<String, byte[]> entries = entries();
    entries.put(name, new byte[3]);
    refuses(zip(entries, ZipEntry.STORED), "leads out");
  }

  @Test
  void anArchiveOfSomethingElseIsRefused() throws IOException {
    refuses(zip(Map.of("a.txt", new byte[3]), ZipEntry.STORED), "data.pkl");
    Map<String, byte[]> two = entries();
    two.put("other/data.pkl", new byte[3]);
    refuses(zip(two, ZipEntry.STORED), "2 times data.pkl");
  }

  @Test
  void aStorageThatIsMissingOrOfAnotherSizeIsRefused() throws IOException {
    Map<String, byte[]> missing = new TreeMap<>(entries());
    String storage =
        missing.keySet().stream().filter(name -> name.contains("/data/")).findFirst().orElseThrow();
    byte[] bytes = missing.remove(storage);
    refuses(zip(missing, ZipEntry.STORED), "lacks storage");
    missing.put(storage, Arrays.copyOf(bytes, bytes.length + 4));
    refuses(zip(missing, ZipEntry.STORED), "should have");
    missing.put(storage, bytes);
    missing.put("zip/byteorder", "big".getBytes(StandardCharsets.US_ASCII));
    refuses(zip(missing, ZipEntry.STORED), "little-endian");
  }
}
