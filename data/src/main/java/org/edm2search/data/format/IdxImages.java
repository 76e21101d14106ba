package org.edm2search.data.format;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.edm2search.data.InvalidDatasetException;
import org.edm2search.data.image.ImageHeader;

/**
 * Grey images of the MNIST family, {@code …-images-idx3-ubyte} with {@code …-labels-idx1-ubyte}
 * beside it, packed by gzip or not. Packed images are unpacked once, into the cache. Images of
 * 28×28 are also had as 32×32, with a border of zeros, as the built-in data set.
 */
final class IdxImages {

  private static final String IMAGES = "images-idx3-ubyte";
  private static final String LABELS = "labels-idx1-ubyte";
  private static final int SIDE = 28;
  private static final int PADDED = 32;
  private static final int MAX_SIDE = 1024;

  private IdxImages() {}

  /** Returns whether a file has the name of images. */
  static boolean is(Path file) {
    return file.getFileName().toString().contains(IMAGES);
  }

  /** Returns whether a folder holds training images. */
  static boolean in(Path folder) {
    return !trainingFiles(folder).isEmpty();
  }

  private static List<Path> trainingFiles(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(IdxImages::is)
          .filter(file -> file.getFileName().toString().contains("train"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new InvalidDatasetException(folder.toString(), "cannot be listed: " + e, e);
    }
  }

  /**
   * Opens images.
   *
   * @param path a file of images, or a folder with one training file
   * @param resolution wanted; 32 pads 28×28
   */
  static RawImages open(Path path, OptionalInt resolution, DatasetCache cache) {
    Path file = Files.isDirectory(path) ? trainingFile(path) : path;
    int[] shape = shape(file, 3);
    if (shape[1] != shape[2] || shape[1] > MAX_SIDE) {
      throw new InvalidDatasetException(
          file.toString(),
          "images must be square and of at most %1$d×%1$d, but are %2$d×%3$d"
              .formatted(MAX_SIDE, shape[1], shape[2]));
    }
    int side = shape[1];
    long header = 4L * (1 + shape.length);
    long size = (long) shape[0] * side * side;
    Path raw =
        packed(file)
            ? cache.unpacked(file, header + size, () -> unpacked(file))
            : requireSize(file, header + size);
    boolean pad = side == SIDE && resolution.orElse(side) == PADDED;
    Optional<Path> labels = labelsFile(file).filter(Files::exists);
    return new RawImages(
        path,
        List.of(new RawImages.Run(raw, header, (long) side * side, shape[0])),
        new ImageHeader(side, side, 1),
        RawImages.Layout.PLANAR,
        pad ? (PADDED - SIDE) / 2 : 0,
        labels
            .map(labelled -> labels(labelled, shape[0]))
            .orElseGet(() -> ImageLabels.none(shape[0])),
        labels.map(labelled -> List.of(file, labelled)).orElse(List.of(file)));
  }

  private static Path trainingFile(Path folder) {
    List<Path> files = trainingFiles(folder);
    if (files.size() != 1) {
      throw new InvalidDatasetException(
          folder.toString(),
          files.isEmpty()
              ? "has no file train-" + IMAGES
              : "has several files of training images; name one, such as " + files.get(0));
    }
    return files.get(0);
  }

  /** Returns where the labels of images are, if their names say. */
  private static Optional<Path> labelsFile(Path images) {
    String name = images.getFileName().toString();
    if (!name.contains(IMAGES)) {
      return Optional.empty();
    }
    Path beside = images.resolveSibling(name.replace(IMAGES, LABELS));
    if (Files.exists(beside)) {
      return Optional.of(beside);
    }
    String other = beside.getFileName().toString();
    return Optional.of(
        beside.resolveSibling(
            other.endsWith(".gz") ? other.substring(0, other.length() - 3) : other + ".gz"));
  }

  private static boolean packed(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] magic = in.readNBytes(2);
      return magic.length == 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b;
    } catch (IOException e) {
      throw new InvalidDatasetException(file.toString(), "cannot be read: " + e, e);
    }
  }

  private static InputStream unpacked(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    return packed(file) ? new GZIPInputStream(in, 1 << 16) : in;
  }

  private static int[] shape(Path file, int rank) {
    try (DataInputStream in = new DataInputStream(unpacked(file))) {
      return IdxFile.readShape(file.toString(), in, rank, Long.MAX_VALUE);
    } catch (IOException e) {
      throw IdxFile.unreadable(file.toString(), e);
    }
  }

  private static Path requireSize(Path file, long expected) {
    try {
      if (Files.size(file) != expected) {
        throw new InvalidDatasetException(
            file.toString(),
            "must have %d bytes, but has %d".formatted(expected, Files.size(file)));
      }
      return file;
    } catch (IOException e) {
      throw new InvalidDatasetException(file.toString(), "cannot be read: " + e, e);
    }
  }

  private static ImageLabels labels(Path file, int count) {
    try (InputStream in = unpacked(file)) {
      IdxFile read = IdxFile.readUnpacked(file.toString(), in, 1);
      if (read.shape()[0] != count) {
        throw new InvalidDatasetException(
            file.toString(), "has %d labels for %d images".formatted(read.shape()[0], count));
      }
      int[] labels = new int[count];
      for (int i = 0; i < count; i++) {
        labels[i] = read.bytes()[i] & 0xff;
      }
      return ImageLabels.numbered(labels);
    } catch (IOException e) {
      throw IdxFile.unreadable(file.toString(), e);
    }
  }
}
