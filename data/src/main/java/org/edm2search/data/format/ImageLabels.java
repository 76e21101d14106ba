package org.edm2search.data.format;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.edm2search.data.InvalidDatasetException;

/**
 * Classes of images.
 *
 * @param ofImages class of each image; all −1 without classes
 * @param classes names of the classes; empty without
 */
record ImageLabels(int[] ofImages, List<String> classes) {

  /** As many as a network can be told of. */
  static final int MAX_CLASSES = 100_000;

  ImageLabels {
    classes = List.copyOf(classes);
  }

  /** Returns the labels of images without classes. */
  static ImageLabels none(int count) {
    int[] labels = new int[count];
    Arrays.fill(labels, -1);
    return new ImageLabels(labels, List.of());
  }

  /** Returns classes that have numbers for names, 0 to the largest. */
  static ImageLabels numbered(int[] labels) {
    int classes = Arrays.stream(labels).max().orElse(-1) + 1;
    return new ImageLabels(labels, names(classes));
  }

  /** Returns the names of classes that have none. */
  static List<String> names(int classes) {
    return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }

  /**
   * Makes every sorted directory of the first level that has several a class: a directory that
   * holds everything, as in an archive of a folder, is none. Images in one directory, or all beside
   * each other, have no classes.
   *
   * @param source for messages
   * @param names paths with slashes
   */
  static ImageLabels ofDirectories(String source, List<String> names) {
    int start = commonDirectories(names);
    SortedSet<String> directories = new TreeSet<>();
    String loose = null;
    for (String name : names) {
      int slash = name.indexOf('/', start);
      if (slash < 0) {
        loose = name;
      } else {
        directories.add(name.substring(start, slash));
      }
    }
    if (directories.size() < 2 && (directories.isEmpty() || loose == null)) {
      return none(names.size());
    }
    if (loose != null) {
      throw new InvalidDatasetException(
          source,
          "%s lies beside class directories such as %s: move it into one, or all images into one place"
              .formatted(loose, directories.first()));
    }
    if (directories.size() > MAX_CLASSES) {
      throw new InvalidDatasetException(
          source, "has %d class directories, over %d".formatted(directories.size(), MAX_CLASSES));
    }
    List<String> classes = List.copyOf(directories);
    int[] labels = new int[names.size()];
    for (int i = 0; i < labels.length; i++) {
      String name = names.get(i);
      // Sorted, and looked up by halves: a set of a million strings would cost more than the rest.
      labels[i] =
          Collections.binarySearch(classes, name.substring(start, name.indexOf('/', start)));
    }
    return new ImageLabels(labels, classes);
  }

  /** Returns the length of the path, slash included, of the directory that everything is in. */
  private static int commonDirectories(List<String> names) {
    String first = names.isEmpty() ? "" : names.get(0);
    int common = first.lastIndexOf('/') + 1;
    for (String name : names) {
      while (!name.startsWith(first.substring(0, common))) {
        common = first.lastIndexOf('/', common - 2) + 1;
      }
    }
    return common;
  }
}
