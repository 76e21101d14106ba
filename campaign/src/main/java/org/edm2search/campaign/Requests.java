package org.edm2search.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;

/**
 * What others ask the process that runs a campaign, by empty files in its directory: to wait, and
 * to leave trials out.
 *
 * @param directory the campaign's
 */
record Requests(Path directory) {

  private static final String PAUSE = "pause";
  private static final String CANCEL = "cancel-";

  boolean pauseRequested() {
    return Files.exists(directory.resolve(PAUSE), LinkOption.NOFOLLOW_LINKS);
  }

  void pause() {
    AtomicFile.write(directory.resolve(PAUSE), "");
  }

  void resume() {
    delete(directory.resolve(PAUSE));
  }

  boolean cancelRequested(int trial) {
    return Files.exists(cancelFile(trial), LinkOption.NOFOLLOW_LINKS);
  }

  void cancel(int trial) {
    AtomicFile.write(cancelFile(trial), "");
  }

  /** Forgets that a trial was to be left out: it has ended. */
  void ended(int trial) {
    delete(cancelFile(trial));
  }

  private Path cancelFile(int trial) {
    return directory.resolve(CANCEL + trial);
  }

  /** Forgets what former runs were asked: nobody waits any more. */
  void forget() {
    resume();
    List<Path> asked;
    try (Stream<Path> files = Files.list(directory)) {
      asked = files.filter(file -> file.getFileName().toString().matches(CANCEL + "\\d+")).toList();
    } catch (IOException e) {
      throw new Edm2SearchException(
          "%s: cannot be listed: %s".formatted(directory, AtomicFile.reason(e)), e);
    }
    asked.forEach(Requests::delete);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new Edm2SearchException(
          "%s: cannot be deleted: %s".formatted(file, AtomicFile.reason(e)), e);
    }
  }
}
