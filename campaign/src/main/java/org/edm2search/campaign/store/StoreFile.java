package org.edm2search.campaign.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.InvalidConfigException;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/**
 * A store's file, and what can be wrong with it. Only a file that is damaged is called so: a disk
 * that is full, a directory that is read-only, another owner or another process are each named, and
 * the store is left alone.
 */
final class StoreFile {

  static final String ENDING = ".mv.db";

  /** An H2 file has two copies of its header in front. */
  private static final int HEADERS = 2 * 4096;

  private static final String UNHARMED = "; the store is unharmed";

  private final Path path;

  StoreFile(Path file) {
    path = file.toAbsolutePath().normalize();
    String text = path.toString();
    if (!text.endsWith(ENDING)) {
      throw new IllegalArgumentException("a store's file ends in .mv.db, but is " + text);
    }
    if (text.contains(";")) {
      throw new InvalidConfigException(text, "the path of a store must not contain ';'");
    }
  }

  Path path() {
    return path;
  }

  boolean exists() {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Checks, reading only, that the file is there, whole as far as its length tells, and that this
   * process may write it.
   *
   * @throws InvalidConfigException otherwise, saying why
   */
  void requireUsable() {
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      throw invalid("is no regular file, so no campaign store");
    }
    try (FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      if (channel.size() <= HEADERS) {
        throw damaged("was cut off after %d bytes".formatted(channel.size()));
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Creates the file, for this user alone. */
  void create() {
    try {
      if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createFile(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } else {
        Files.createFile(path);
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Takes away what earlier versions let others do. */
  void restrict() {
    try {
      if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Returns what tells this file from another of the same name; null if there is none. */
  @Nullable Object identity() {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return Objects.requireNonNullElse(attributes.fileKey(), attributes.creationTime());
    } catch (IOException e) {
      return null;
    }
  }

  /** Returns a file in the same directory that nothing else uses; it does not exist. */
  StoreFile beside() {
    return new StoreFile(path.resolveSibling("." + UUID.randomUUID() + ENDING));
  }

  /** Puts this file in the place of another, at once. */
  void replace(StoreFile target) {
    try {
      Files.move(
          path, target.path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      AtomicFile.force(
          Objects.requireNonNull(target.path.getParent(), "a store is in a directory"));
    } catch (IOException e) {
      throw target.failed(e);
    }
  }

  /** Returns the file's length, bytes. */
  long size() {
    try {
      return Files.size(path);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Deletes the file if it is there. */
  void delete() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  // ---------------------------------------------------------------- what went wrong

  InvalidConfigException invalid(String rule) {
    return new InvalidConfigException(path.toString(), rule);
  }

  DamagedStoreException damaged(String what) {
    return new DamagedStoreException(
        path.toString(),
        what
            + ": damaged; 'edm2-search doctor' on its campaign restores backup.zip and says what it"
            + " did; checkpoints in trials/ are unharmed");
  }

  /** Returns an error that names the cause of a failure to open or to go on. */
  Edm2SearchException failed(Throwable failure) {
    String system = system(failure);
    if (system.contains("No space left")
        || system.contains("Disk quota")
        || system.contains("File too large")) {
      return new StoreException(
          "%s: the disk is full (%s)%s; free space, then run again"
              .formatted(path, system, UNHARMED),
          failure);
    }
    if (system.contains("Read-only file system")) {
      return new StoreException(
          "%s: the file system is read-only%s; make it writable, then run again"
              .formatted(path, UNHARMED),
          failure);
    }
    if (system.contains("Permission denied") || system.contains("access denied")) {
      return new StoreException(
          "%s: this user may not write it%s; run as its owner (status, leaderboard, show and serve"
                  .formatted(path, UNHARMED)
              + " only read, and work as they are)",
          failure);
    }
    if (locked(failure)) {
      return new StoreException(
          "%s: another process has it open%s; end that process, then run again"
              .formatted(path, UNHARMED),
          failure);
    }
    if (tellsOfDamage(failure)) {
      DamagedStoreException error = damaged(reason(failure));
      error.initCause(failure);
      return error;
    }
    return new StoreException("%s: %s".formatted(path, reason(failure)), failure);
  }

  /** Returns what the operating system said, empty if it said nothing. */
  private static String system(Throwable failure) {
    for (Throwable cause : causes(failure)) {
      if (cause instanceof AccessDeniedException denied) {
        return AtomicFile.reason(denied);
      }
      if (cause instanceof FileSystemException file && file.getReason() != null) {
        return file.getReason();
      }
      if (cause instanceof IOException io && io.getMessage() != null) {
        return io.getMessage();
      }
    }
    return "";
  }

  /**
   * Returns a failure and all behind it: those of a batch are no causes, but follow one another.
   */
  private static Set<Throwable> causes(Throwable failure) {
    Set<Throwable> causes = new LinkedHashSet<>();
    Deque<Throwable> open = new ArrayDeque<>(List.of(failure));
    while (!open.isEmpty()) {
      Throwable next = open.removeFirst();
      if (causes.add(next)) {
        Optional.ofNullable(next.getCause()).ifPresent(open::addLast);
        if (next instanceof SQLException sql) {
          Optional.ofNullable(sql.getNextException()).ifPresent(open::addLast);
        }
      }
    }
    return causes;
  }

  private static final int H2_IN_USE = 90020;
  private static final int H2_CORRUPT = 90030;
  private static final Set<Integer> DAMAGED =
      Set.of(
          DataUtils.ERROR_READING_FAILED,
          DataUtils.ERROR_INTERNAL,
          DataUtils.ERROR_UNSUPPORTED_FORMAT,
          DataUtils.ERROR_FILE_CORRUPT,
          DataUtils.ERROR_CHUNK_NOT_FOUND,
          DataUtils.ERROR_BLOCK_NOT_FOUND,
          DataUtils.ERROR_SERIALIZATION,
          DataUtils.ERROR_TRANSACTION_CORRUPT,
          DataUtils.ERROR_UNKNOWN_DATA_TYPE);

  private static boolean locked(Throwable failure) {
    for (Throwable cause : causes(failure)) {
      if (cause instanceof SQLException sql && sql.getErrorCode() == H2_IN_USE
          || cause instanceof MVStoreException h2
              && h2.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
        return true;
      }
    }
    return false;
  }

  private static boolean tellsOfDamage(Throwable failure) {
    for (Throwable cause : causes(failure)) {
      if (cause instanceof SQLException sql && sql.getErrorCode() == H2_CORRUPT
          || cause instanceof MVStoreException h2 && DAMAGED.contains(h2.getErrorCode())) {
        return true;
      }
    }
    return false;
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && !(cause instanceof SQLException)) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage());
    return message
        .lines()
        .findFirst()
        .orElse("")
        .replaceAll("; SQL statement:.*", "")
        .replaceAll(" \\[[^]]*]$", "");
  }
}
