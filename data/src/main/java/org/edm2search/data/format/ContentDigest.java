package org.edm2search.data.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.edm2search.space.base.Sha256;

/** SHA-256 of texts and files, each with its length, so that none runs into the next. */
final class ContentDigest {

  private final Sha256 sha = new Sha256();

  void add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    addLength(bytes.length);
    sha.add(bytes);
  }

  void add(Path file, LongConsumer progress) throws IOException {
    addLength(Files.size(file));
    sha.add(file, progress);
  }

  private void addLength(long length) {
    sha.add(ByteBuffer.allocate(Long.BYTES).putLong(length).array());
  }

  String hex() {
    return sha.hex();
  }
}
