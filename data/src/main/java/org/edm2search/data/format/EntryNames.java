package org.edm2search.data.format;

import java.util.List;
import org.edm2search.data.InvalidDatasetException;

/** Names that strangers gave to files. */
final class EntryNames {

  private EntryNames() {}

  /** Returns whether a name would move the cursor of a terminal. */
  static boolean hasControls(String name) {
    return name.chars().anyMatch(Character::isISOControl);
  }

  /** Returns whether a file, or a directory that it is in, is hidden. */
  static boolean isHidden(String name) {
    return ("/" + name).contains("/.");
  }

  /**
   * Checks that an archive's entry stays within the archive.
   *
   * @param archive for messages
   */
  static void requireInside(String archive, String name) {
    boolean leaves =
        name.startsWith("/")
            || name.contains("\\")
            || name.matches("(?s)[A-Za-z]:.*")
            || List.of(name.split("/")).contains("..");
    if (leaves || hasControls(name)) {
      throw new InvalidDatasetException(
          archive,
          "the entry '%s' has a name that leaves the archive or cannot be printed"
              .formatted(name.replaceAll("\\p{Cntrl}", "?")));
    }
  }
}
