package org.edm2search.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

  @TempDir private Path directory;

  @Test
  void writtenTensorsReadBackExactly() {
    Path file = directory.resolve("a.safetensors");
    TensorFile content =
        new TensorFile(
            Map.of("config", "G*", "note", "ü \"quoted\""),
            Map.of(
                "scalar", new Tensor(List.of(), new float[] {1.5f}),
                "matrix",
                    new Tensor(
                        List.of(2, 2),
                        new float[] {Float.MIN_VALUE, -0f, Float.NaN, Float.MAX_VALUE}),
                "none", new Tensor(List.of(0, 3), new float[0])));

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
    assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
  }

  private static int[] bits(Tensor tensor) {
    int[] bits = new int[tensor.values().length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(tensor.values()[i]);
    }
    return bits;
  }

  @Test
  void readsHalfPrecision() throws Exception {
    ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    data.putShort((short) 0x3e00).putShort((short) 0xc000); // 1.5, −2
    data.putShort((short) 0x0001).putShort((short) 0x7c00); // smallest subnormal, infinity
    Path file =
        file("{\"h\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]}}", data.array());

    assertThat(Safetensors.read(file).tensors().get("h").values())
        .containsExactly(1.5f, -2f, 0x1p-24f, Float.POSITIVE_INFINITY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | needs 8 bytes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | should start at byte 0",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,8]}} | the dimension -1",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | bytes follow",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}} | truncated",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}} | at bytes -4 to 0",
        "{\"a\":{\"dtype\":\"I8\",\"shape\":[8],\"data_offsets\":[0,8]}} | has type I8",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,4],\"data_offsets\":[0,8]}}"
            + " | at bytes 0 to 8",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,1e30]}} | two data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,99999999999999999999]}}"
            + " | beyond 2^63",
        "{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}} | needs dtype",
        "{\"__metadata__\":{\"x\":1}} | must be text",
        "{\"a\":{},\"a\":{}} | not valid JSON",
        "[1] | must be a JSON object",
        "[[[[[[[[[[[[[[]]]]]]]]]]]]]] | not valid JSON",
        "{\"a\" | not valid JSON",
      })
  void hostileHeadersAreRefused(String header, String reason) throws Exception {
    Path file = file(header, new byte[8]);

    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(InvalidTensorFileException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(reason)
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "1152921504606846976, its length says 1152921504606846976",
    "-1, its length says 18446744073709551615",
    "1000, only 0 follow",
    "0, its length says 0"
  })
  void hostileLengthsAreRefused(long length, String reason) throws Exception {
    Path file = directory.resolve("length.safetensors");
    Files.write(
        file, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());

    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(InvalidTensorFileException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void missingAndEmptyFilesAreRefused() throws Exception {
    Path empty = Files.createFile(directory.resolve("empty.safetensors"));
    assertThatThrownBy(() -> Safetensors.read(empty)).hasMessageContaining("at least 8 bytes");
    assertThatThrownBy(() -> Safetensors.read(directory.resolve("none")))
        .hasMessageContaining("no such file");
  }

  private Path file(String header, byte[] data) throws Exception {
    byte[] json = header.strip().getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer =
        ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(json.length).put(json).put(data);
    return Files.write(directory.resolve("case.safetensors"), buffer.array());
  }
}
