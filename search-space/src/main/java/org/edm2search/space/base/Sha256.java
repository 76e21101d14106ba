package org.edm2search.space.base;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/** The SHA-256 of everything that is added, one after the other. */
public final class Sha256 {

  private static final int CHUNK_BYTES = 1 << 18;

  private final MessageDigest digest;

  /** Begins with nothing. */
  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Adds bytes. */
  public Sha256 add(byte... bytes) {
    digest.update(bytes);
    return this;
  }

  /** Adds a text in UTF-8. */
  public Sha256 add(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a file's content. */
  public Sha256 add(Path file) throws IOException {
    return add(file, read -> {});
  }

  /**
   * Adds a file's content.
   *
   * @param progress told of the bytes of each part that was read
   */
  public Sha256 add(Path file, LongConsumer progress) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        digest.update(chunk, 0, read);
        progress.accept(read);
      }
    }
    return this;
  }

  /** Returns the 32 bytes, and begins anew. */
  public byte[] bytes() {
    return digest.digest();
  }

  /** Returns the 64 hexadecimal digits, and begins anew. */
  public String hex() {
    return HexFormat.of().formatHex(bytes());
  }
}
