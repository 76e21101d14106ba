package org.edm2search.data.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.edm2search.data.InvalidDatasetException;

/**
 * What was learnt about data sets by reading them through, and what had to be unpacked: a directory
 * that may be deleted at any time. Entries are found by path, size and time of the last change of
 * the files they are about. Thread-safe, also across processes.
 *
 * @param directory made when needed
 */
public record DatasetCache(Path directory) {

  /** Deflate (RFC 1951) makes at most 1032 bytes out of one. */
  private static final long MAX_RATIO = 1032;

  /**
   * Returns the user's: {@code edm2-search} in XDG_CACHE_HOME, or else in {@code ~/.cache}.
   *
   * @param environment environment variables
   * @param home the user's home directory
   */
  public static DatasetCache ofUser(Map<String, String> environment, Path home) {
    String given = environment.getOrDefault("XDG_CACHE_HOME", "");
    // The XDG specification: a relative path is to be ignored.
    Path base = given.startsWith("/") ? Path.of(given) : home.resolve(".cache");
    return new DatasetCache(base.resolve("edm2-search"));
  }

  /**
   * Returns the identity of files as they are now.
   *
   * @param what is to be known about them
   */
  static String key(String what, List<Path> files) throws IOException {
    ContentDigest digest = new ContentDigest();
    digest.add(what);
    for (Path file : files) {
      digest.add(
          "%s %d %s"
              .formatted(
                  file.toAbsolutePath().normalize(),
                  Files.size(file),
                  Files.getLastModifiedTime(file).toInstant()));
    }
    return digest.hex();
  }

  /** Returns what is known under a key; a damaged entry is none. */
  Optional<Properties> find(String key) {
    Path file = directory.resolve(key + ".properties");
    Properties facts = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      facts.load(in);
      return Optional.of(facts);
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Keeps facts. A directory that cannot be written costs time the next time, and nothing else. */
  void keep(String key, Properties facts) {
    try {
      write(directory.resolve(key + ".properties"), out -> facts.store(out, null));
    } catch (IOException e) {
      // Not kept.
    }
  }

  /** Opens what is to be unpacked. */
  interface Packed {
    InputStream open() throws IOException;
  }

  /**
   * Returns a file with the unpacked content of another, unpacking it if that was not done yet.
   *
   * @param file packed
   * @param size bytes there must come out
   * @throws InvalidDatasetException if others come out, or there is no room for them
   */
  Path unpacked(Path file, long size, Packed packed) {
    try {
      Path target = directory.resolve(key("unpacked", List.of(file)) + ".raw");
      if (Files.exists(target) && Files.size(target) == size) {
        return target;
      }
      Files.createDirectories(directory);
      long room = Files.getFileStore(directory).getUsableSpace();
      if (size / MAX_RATIO > Files.size(file)) {
        throw new InvalidDatasetException(
            file.toString(),
            "claims to unpack its %d bytes into %d, which cannot be"
                .formatted(Files.size(file), size));
      }
      if (size > room) {
        throw new InvalidDatasetException(
            file.toString(),
            "unpacks into %d bytes, but %s has room for %d".formatted(size, directory, room));
      }
      try (InputStream in = packed.open()) {
        write(target, out -> copyExactly(file, in, out, size));
      }
      return target;
    } catch (IOException e) {
      throw new InvalidDatasetException(
          file.toString(), "cannot be unpacked into %s: %s".formatted(directory, e), e);
    }
  }

  private static void copyExactly(Path file, InputStream in, OutputStream out, long size)
      throws IOException {
    byte[] buffer = new byte[1 << 16];
    long left = size;
    for (int read = in.read(buffer); read >= 0 && left >= 0; read = in.read(buffer)) {
      left -= read;
      out.write(buffer, 0, read);
    }
    if (left != 0) {
      throw new InvalidDatasetException(
          file.toString(),
          left > 0
              ? "truncated: %d of %d bytes are missing".formatted(left, size)
              : "has more than the %d bytes it says".formatted(size));
    }
  }

  private interface Writing {
    void to(OutputStream out) throws IOException;
  }

  private void write(Path target, Writing writing) throws IOException {
    Files.createDirectories(directory);
    Path fresh = Files.createTempFile(directory, "new", ".tmp");
    try {
      try (OutputStream out = Files.newOutputStream(fresh)) {
        writing.to(out);
      }
      Files.move(
          fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
