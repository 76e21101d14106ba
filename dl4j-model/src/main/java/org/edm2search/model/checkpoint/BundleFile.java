package org.edm2search.model.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A further file of a bundle: listed in its checksums, and replaced with the bundle.
 *
 * @param name of the file: letters, digits, dots, hyphens and underscores
 * @param content writes the file, which is not there yet; the bundle appears as a whole later
 */
public record BundleFile(String name, Consumer<Path> content) {

  public BundleFile {
    Objects.requireNonNull(content, "content");
    if (!isName(name)) {
      throw new IllegalArgumentException("'%s' is no plain file name".formatted(name));
    }
  }

  /** Returns a file of bytes that are made when it is written. */
  public static BundleFile of(String name, Supplier<ByteBuffer> bytes) {
    return new BundleFile(name, file -> BundleDirectory.writeBytes(file, bytes.get()));
  }

  /** Returns a text file. */
  public static BundleFile ofText(String name, String text) {
    return of(name, () -> ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Returns whether a text names a file in the bundle's directory itself. */
  static boolean isName(String text) {
    return text.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");
  }
}
