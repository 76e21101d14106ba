package org.edm2search.campaign.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;

/** Copies of a store: a zip with its one file. A copy is opened and counted before it counts. */
public final class StoreBackup {

  private static final String PREVIOUS = "backup-before.zip";
  private static final String ENTRY = "campaign" + StoreFile.ENDING;

  private StoreBackup() {}

  /** Returns where the copy before the last one lies. */
  public static Path previous(Path backup) {
    return backup.resolveSibling(PREVIOUS);
  }

  /**
   * Writes a copy, checks it, keeps the one before and replaces it at once.
   *
   * @param write writes the zip to a path
   * @param trials how many trials the store had before
   */
  static void write(Path backup, Consumer<Path> write, int trials) {
    Path target = backup.toAbsolutePath();
    Path fresh = AtomicFile.beside(target);
    try {
      write.accept(fresh);
      int copied = trials(fresh);
      if (copied < trials) {
        throw new Edm2SearchException(
            "%s: a new copy of the store holds %d of %d trials, so the old copy is kept"
                .formatted(target, copied, trials));
      }
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(
            target,
            previous(target),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
      Files.move(
          fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new Edm2SearchException(
          "%s: cannot be replaced: %s".formatted(target, AtomicFile.reason(e)), e);
    } finally {
      delete(fresh);
    }
  }

  private static void delete(Path fresh) {
    try {
      Files.deleteIfExists(fresh);
    } catch (IOException e) {
      throw new Edm2SearchException(
          "%s: cannot be deleted: %s".formatted(fresh, AtomicFile.reason(e)), e);
    }
  }

  /**
   * Returns how many trials a copy holds.
   *
   * @throws Edm2SearchException if it is none, saying why
   */
  public static int trials(Path backup) {
    StoreFile file = unpack(backup);
    try {
      return H2TrialStore.trials(file);
    } finally {
      file.delete();
    }
  }

  /**
   * Puts a copy in a store's place, once it was found whole.
   *
   * @return how many trials it holds
   * @throws Edm2SearchException if the copy is none, saying why
   */
  public static int restore(Path backup, Path store) {
    StoreFile file = unpack(backup);
    try {
      int trials = H2TrialStore.trials(file);
      file.replace(new StoreFile(store));
      return trials;
    } finally {
      file.delete();
    }
  }

  private static StoreFile unpack(Path backup) {
    StoreFile file = new StoreFile(backup.toAbsolutePath().resolveSibling(ENTRY)).beside();
    try (InputStream in = Files.newInputStream(backup, LinkOption.NOFOLLOW_LINKS);
        ZipInputStream zip = new ZipInputStream(in)) {
      ZipEntry entry = zip.getNextEntry();
      if (entry == null || !entry.getName().equals(ENTRY)) {
        throw new Edm2SearchException(
            "%s: is no copy of a store: it does not begin with %s".formatted(backup, ENTRY));
      }
      file.create();
      try (OutputStream out = Files.newOutputStream(file.path())) {
        zip.transferTo(out);
      }
      return file;
    } catch (IOException e) {
      file.delete();
      throw new Edm2SearchException(
          "%s: cannot be read or unpacked beside it: %s".formatted(backup, AtomicFile.reason(e)),
          e);
    }
  }
}
