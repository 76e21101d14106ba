package org.edm2search.data.format;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.edm2search.data.InvalidDatasetException;
import org.edm2search.data.image.ImageHeader;

/**
 * CIFAR-10 and CIFAR-100 in their binary version (Krizhevsky 2009): 32×32 colour images, each
 * behind one label byte, or behind a coarse and a fine one; the fine one counts.
 */
final class CifarImages {

  private static final int SIDE = 32;
  private static final int PIXELS = 3 * SIDE * SIDE;
  private static final long MAX_NAMES = 1 << 16;

  /** The two data sets. */
  private enum Version {
    CIFAR_10(1, 10, "batches.meta.txt"),
    CIFAR_100(2, 100, "fine_label_names.txt");

    private final int labelBytes;
    private final int classes;
    private final String namesFile;

    Version(int labelBytes, int classes, String namesFile) {
      this.labelBytes = labelBytes;
      this.classes = classes;
      this.namesFile = namesFile;
    }

    private int record() {
      return labelBytes + PIXELS;
    }
  }

  private CifarImages() {}

  /** Returns whether a folder holds one of the data sets. */
  static boolean in(Path folder) {
    return Files.exists(folder.resolve("data_batch_1.bin"))
        || Files.exists(folder.resolve("train.bin"));
  }

  /** Opens one file, or the training images in a folder. */
  static RawImages open(Path path) {
    List<Path> files = Files.isDirectory(path) ? trainingFiles(path) : List.of(path);
    Version version = version(files.get(0));
    List<RawImages.Run> runs = new ArrayList<>();
    for (Path file : files) {
      if (version(file) != version) {
        throw new InvalidDatasetException(
            file.toString(), "is of another data set than " + files.get(0));
      }
      runs.add(
          new RawImages.Run(
              file, version.labelBytes, version.record(), (int) (size(file) / version.record())));
    }
    Path names = files.get(0).resolveSibling(version.namesFile);
    List<Path> all = new ArrayList<>(files);
    if (Files.exists(names)) {
      all.add(names);
    }
    return new RawImages(
        path,
        runs,
        new ImageHeader(SIDE, SIDE, 3),
        RawImages.Layout.PLANAR,
        0,
        new ImageLabels(labels(runs, version), names(names, version)),
        all);
  }

  private static List<Path> trainingFiles(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> files =
          all.filter(file -> file.getFileName().toString().matches("(data_batch_\\d|train)\\.bin"))
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw new InvalidDatasetException(
            folder.toString(), "has neither data_batch_1.bin nor train.bin");
      }
      return files;
    } catch (IOException e) {
      throw new InvalidDatasetException(folder.toString(), "cannot be listed: " + e, e);
    }
  }

  private static Version version(Path file) {
    long size = size(file);
    for (Version version : Version.values()) {
      if (size > 0
          && size % version.record() == 0
          && size / version.record() <= Integer.MAX_VALUE / 2) {
        return version;
      }
    }
    throw new InvalidDatasetException(
        file.toString(),
        "is truncated or not CIFAR: its %d bytes are no multiple of %d or %d"
            .formatted(size, Version.CIFAR_10.record(), Version.CIFAR_100.record()));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new InvalidDatasetException(file.toString(), "cannot be read: " + e, e);
    }
  }

  private static int[] labels(List<RawImages.Run> runs, Version version) {
    int[] labels = new int[runs.stream().mapToInt(RawImages.Run::count).sum()];
    int next = 0;
    for (RawImages.Run run : runs) {
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(run.file()), 1 << 16))) {
        for (int i = 0; i < run.count(); i++) {
          in.skipNBytes(version.labelBytes - 1);
          int label = in.readUnsignedByte();
          if (label >= version.classes) {
            throw new InvalidDatasetException(
                run.file().toString(),
                "image %d has the label %d, but there are %d classes"
                    .formatted(i, label, version.classes));
          }
          labels[next++] = label;
          in.skipNBytes(PIXELS);
        }
      } catch (IOException e) {
        throw new InvalidDatasetException(run.file().toString(), "cannot be read: " + e, e);
      }
    }
    return labels;
  }

  private static List<String> names(Path file, Version version) {
    List<String> numbers = ImageLabels.names(version.classes);
    if (!Files.exists(file) || size(file) > MAX_NAMES) {
      return numbers;
    }
    try {
      List<String> names =
          new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
              .lines()
              .map(String::strip)
              .filter(name -> !name.isEmpty() && !EntryNames.hasControls(name))
              .toList();
      return names.size() == version.classes ? names : numbers;
    } catch (IOException e) {
      throw new InvalidDatasetException(file.toString(), "cannot be read: " + e, e);
    }
  }
}
