package org.edm2search.space.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Writes files all or nothing: a reader sees the old content or the new, also after a crash. */
public final class AtomicFile {

  private static final Pattern LEFTOVER =
      Pattern.compile("\\..+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

  private AtomicFile() {}

  /** What goes into a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes beside the file, forces the content to the disk, then moves it into place.
   *
   * @throws Edm2SearchException if that fails; the old file is unharmed and nothing is left behind
   */
  public static void write(Path file, Content content) {
    write(file, content, target -> {});
  }

  /**
   * Writes in the same way and keeps the file that is replaced: at every moment one of the two is
   * there, complete.
   *
   * @param previous receives the old file, in the same directory; what was there is lost
   * @throws Edm2SearchException if that fails
   */
  public static void rotate(Path file, Path previous, Content content) {
    write(file, content, target -> keep(target, previous));
  }

  /** What is done with the old file when the new one is complete. */
  private interface BeforeMove {
    void at(Path target) throws IOException;
  }

  private static void keep(Path target, Path previous) throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    Path link = beside(target);
    try {
      Files.createLink(link, target);
    } catch (UnsupportedOperationException | FileSystemException e) {
      // Without links the file has no name for a moment, and its previous one stands in.
      Files.move(target, link, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(link, previous, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    // A move onto another name of the same file does nothing.
    Files.deleteIfExists(link);
  }

  private static void write(Path file, Content content, BeforeMove beforeMove) {
    Path target = file.toAbsolutePath();
    Path directory = directoryOf(target);
    try {
      Files.createDirectories(directory);
      Path temporary = beside(target);
      try {
        try (FileChannel channel =
            FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
          content.writeTo(channel);
          channel.force(true);
        }
        beforeMove.at(target);
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(directory);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new Edm2SearchException(file + ": cannot be written: " + reason(e), e);
    }
  }

  /**
   * Writes a text in UTF-8, in the same way.
   *
   * @throws Edm2SearchException if that fails
   */
  public static void write(Path file, String text) {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    write(file, channel -> writeAll(channel, bytes));
  }

  /**
   * Returns the directory that a file is in, absolute.
   *
   * @throws Edm2SearchException if the path is the root of a file system, which is no file
   */
  public static Path directoryOf(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      throw new Edm2SearchException(file + ": is the root of a file system; name a file");
    }
    return directory;
  }

  /** Returns a new name in the same directory, so that moving from it is atomic. */
  public static Path beside(Path target) {
    return target.resolveSibling(".%s.%s.tmp".formatted(target.getFileName(), UUID.randomUUID()));
  }

  /**
   * Deletes the files below a directory that writers left {@link #beside} theirs when they were
   * killed. Only where nobody writes now.
   *
   * @throws Edm2SearchException if one of them cannot be deleted
   */
  public static void deleteLeftovers(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(AtomicFile::isLeftover).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new Edm2SearchException(directory + ": cannot be tidied: " + reason(e), e);
    } catch (UncheckedIOException e) {
      IOException cause = Objects.requireNonNull(e.getCause());
      throw new Edm2SearchException(directory + ": cannot be tidied: " + reason(cause), e);
    }
  }

  private static boolean isLeftover(Path file) {
    return LEFTOVER.matcher(file.getFileName().toString()).matches()
        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  /** Makes a move last through a power failure, where the system lets a directory be opened. */
  public static void force(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows refuses to open directories and needs no force: the move itself is journaled.
    }
  }

  /** Writes all of a buffer, which a channel may do in parts. */
  public static void writeAll(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** Says why in words; the message of several of these exceptions is only the path. */
  public static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (failure instanceof AccessDeniedException) {
      return "access denied";
    }
    if (failure instanceof FileAlreadyExistsException e) {
      return e.getFile() + " is in the way";
    }
    return String.valueOf(failure.getMessage());
  }
}
