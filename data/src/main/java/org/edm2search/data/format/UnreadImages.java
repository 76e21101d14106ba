package org.edm2search.data.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Images in a folder or zip that are of formats which are not read, and so are left out. */
public final class UnreadImages {

  private static final Set<String> SUFFIXES =
      Set.of(
          "gif", "tif", "tiff", "heic", "heif", "avif", "jp2", "jxl", "ppm", "pgm", "tga", "psd",
          "svg");

  private UnreadImages() {}

  /** Returns a sentence about them, empty if there are none. */
  public static Optional<String> sentence(Path source, DatasetFormat format) {
    Map<String, Long> counts = new TreeMap<>();
    try {
      switch (format) {
        case FOLDER -> {
          try (Stream<Path> files = Files.walk(source, FileVisitOption.FOLLOW_LINKS)) {
            count(files.map(file -> source.relativize(file).toString()), counts);
          }
        }
        case ZIP -> {
          try (ZipFile zip = new ZipFile(source.toFile())) {
            count(zip.stream().map(ZipEntry::getName), counts);
          }
        }
        default -> {
          return Optional.empty();
        }
      }
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty(); // whoever reads the images says why it cannot be read
    }
    return counts.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "left out: %s, formats that are not read; make them PNG to have them"
                .formatted(
                    counts.entrySet().stream()
                        .map(count -> "%,d .%s".formatted(count.getValue(), count.getKey()))
                        .collect(Collectors.joining(", "))));
  }

  private static void count(Stream<String> names, Map<String, Long> counts) {
    names
        .filter(name -> !EntryNames.isHidden(name))
        .map(name -> name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT))
        .filter(SUFFIXES::contains)
        .forEach(suffix -> counts.merge(suffix, 1L, Long::sum));
  }
}
