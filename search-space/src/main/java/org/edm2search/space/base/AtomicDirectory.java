package org.edm2search.space.base;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;

/** Directories that are written all or nothing: a reader sees the old one or the new one. */
public final class AtomicDirectory {

  private static final Duration ABANDONED = Duration.ofHours(1);

  private AtomicDirectory() {}

  /** What goes into a directory. */
  @FunctionalInterface
  public interface Content {
    /** Writes into a new directory, which is moved into place later. */
    void writeTo(Path directory) throws IOException;
  }

  /** Says whether a file or directory that is there may be replaced. */
  @FunctionalInterface
  public interface Check {
    /**
     * Returns if nothing would be lost.
     *
     * @throws Edm2SearchException if something would, naming it
     */
    void requireReplaceable(Path existing) throws IOException;
  }

  /**
   * Writes beside the directory, then moves it into place.
   *
   * @param check asked about what is there already
   * @throws Edm2SearchException if that fails
   */
  public static void write(Path directory, Check check, Content content) {
    try {
      Path target =
          Files.exists(directory) ? directory.toRealPath() : directory.toAbsolutePath().normalize();
      if (Files.exists(target)) {
        if (target.getParent() == null) {
          throw new Edm2SearchException(
              directory + " cannot be replaced; choose another directory");
        }
        check.requireReplaceable(directory);
      }
      Path parent = Objects.requireNonNull(target.getParent(), "a new directory has a parent");
      Files.createDirectories(parent);
      Path temporary = Files.createDirectory(AtomicFile.beside(target));
      deleteAbandoned(target, temporary);
      try {
        content.writeTo(temporary);
        AtomicFile.force(temporary);
        replace(target, temporary);
      } finally {
        deleteTree(temporary);
      }
    } catch (IOException e) {
      throw new Edm2SearchException(directory + ": cannot be written: " + AtomicFile.reason(e), e);
    }
  }

  /** Deletes what writers of the same directory left that were killed, hours ago. */
  private static void deleteAbandoned(Path target, Path fresh) throws IOException {
    Instant old = Files.getLastModifiedTime(fresh).toInstant().minus(ABANDONED);
    String glob = ".*.????????-????-????-????-????????????.tmp";
    try (DirectoryStream<Path> all = Files.newDirectoryStream(fresh.getParent(), glob)) {
      for (Path other : all) {
        boolean same = other.getFileName().toString().startsWith("." + target.getFileName() + ".");
        if (same && Files.getLastModifiedTime(other).toInstant().isBefore(old)) {
          deleteTree(other);
        }
      }
    }
  }

  private static void replace(Path target, Path temporary) throws IOException {
    if (Files.exists(target)) {
      Path old = AtomicFile.beside(target);
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
      try {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
        throw e;
      }
      deleteTree(old);
    } else {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }
    AtomicFile.force(AtomicFile.directoryOf(target));
  }

  private static void deleteTree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
