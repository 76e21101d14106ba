package org.edm2search.model.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * CRC-32C over the content of a tensor file: metadata, and name, type, shape and bytes of every
 * tensor. It does not depend on the order in which the file lists them, so that another program may
 * rewrite the file. It tells damage from content, and is no protection against an attacker.
 */
final class ContentChecksum {

  /** The key of metadata that holds it, as 8 hexadecimal digits. */
  static final String KEY = "crc32c";

  private final Map<String, String> lines = new TreeMap<>();
  private CRC32C tensor = new CRC32C();

  /** Begins with metadata, of which {@link #KEY} does not count. */
  ContentChecksum(Map<String, String> metadata) {
    metadata.forEach(
        (key, value) -> {
          if (!key.equals(KEY)) {
            lines.put("metadata " + key, value);
          }
        });
  }

  /** Adds the remaining bytes of a buffer to the current tensor; the buffer stays as it is. */
  void add(ByteBuffer bytes) {
    tensor.update(bytes.duplicate());
  }

  /** Ends the current tensor. */
  void end(String name, ElementType type, List<Integer> shape) {
    lines.put("tensor " + name, "%s %s %08x".formatted(type, shape, tensor.getValue()));
    tensor = new CRC32C();
  }

  /** Returns the checksum. */
  String value() {
    CRC32C all = new CRC32C();
    lines.forEach(
        (key, value) -> all.update((key + "\0" + value + "\0").getBytes(StandardCharsets.UTF_8)));
    return "%08x".formatted(all.getValue());
  }
}
