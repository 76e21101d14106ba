package org.edm2search.train.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/** SHA-256 of texts and files, each with its length, so that none runs into the next. */
final class ContentDigest {

  private final MessageDigest sha;

  ContentDigest() {
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  void add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    addLength(bytes.length);
    sha.update(bytes);
  }

  void add(Path file, LongConsumer progress) throws IOException {
    addLength(Files.size(file));
    byte[] buffer = new byte[1 << 18];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sha.update(buffer, 0, read);
        progress.accept(read);
      }
    }
  }

  private void addLength(long length) {
    sha.update(ByteBuffer.allocate(Long.BYTES).putLong(length).array());
  }

  String hex() {
    return HexFormat.of().formatHex(sha.digest());
  }
}
