package org.edm2search.data.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;
import org.edm2search.data.InvalidDatasetException;
import org.edm2search.data.image.Background;

/** How the images of a data set are stored. */
public enum DatasetFormat {
  /** A folder of images; directories in it are classes. */
  FOLDER("image folder"),
  /** A zip of images with a {@code dataset.json}, as EDM2 trains on. */
  ZIP("zip of images"),
  /** CIFAR-10 or CIFAR-100, binary version. */
  CIFAR("CIFAR, binary version"),
  /** The MNIST family. */
  IDX("IDX"),
  /** A NumPy archive. */
  NPZ("NumPy archive");

  private static final byte[] ZIP_MAGIC = {'P', 'K', 3, 4};

  private final String words;

  DatasetFormat(String words) {
    this.words = words;
  }

  /** Returns the name in YAML and on the command line, such as {@code npz}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns whether images are files of their own, which may be transparent or marked. */
  public boolean encoded() {
    return this == FOLDER || this == ZIP;
  }

  /** Returns what people call it. */
  public String words() {
    return words;
  }

  /**
   * Recognizes a data set by what is there.
   *
   * @throws InvalidDatasetException if there is nothing, or nothing known
   */
  public static DatasetFormat of(Path path) {
    if (Files.isDirectory(path)) {
      return CifarImages.in(path) ? CIFAR : IdxImages.in(path) ? IDX : FOLDER;
    }
    if (!Files.isRegularFile(path)) {
      throw new InvalidDatasetException(path.toString(), "no such file or directory");
    }
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".npz")) {
      return NPZ;
    }
    if (name.endsWith(".zip") || Arrays.equals(start(path), ZIP_MAGIC)) {
      return ZIP;
    }
    if (IdxImages.is(path)) {
      return IDX;
    }
    if (name.endsWith(".bin")) {
      return CIFAR;
    }
    throw new InvalidDatasetException(
        path.toString(),
        name.matches(".*\\.(tar|tgz|tar\\.gz)")
            ? "unpack the archive with 'tar xf', and name the directory"
            : "is none of: image folder, .zip, .npz, CIFAR's .bin, …-images-idx3-ubyte(.gz)");
  }

  private static byte[] start(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(ZIP_MAGIC.length);
    } catch (IOException e) {
      throw new InvalidDatasetException(path.toString(), "cannot be read: " + e, e);
    }
  }

  /**
   * Opens a data set of this format.
   *
   * @param resolution wanted, where the format has several
   * @param background behind transparent pixels, where the format has such
   */
  ImageCollection open(
      Path path, OptionalInt resolution, Background background, DatasetCache cache) {
    if (!Files.exists(path)) {
      throw new InvalidDatasetException(path.toString(), "no such file or directory");
    }
    if (Files.isDirectory(path) && (this == ZIP || this == NPZ)) {
      throw new InvalidDatasetException(path.toString(), "is a directory, not a " + words);
    }
    if (!Files.isDirectory(path) && this == FOLDER) {
      throw new InvalidDatasetException(path.toString(), "is not a folder");
    }
    return switch (this) {
      case FOLDER -> FolderImages.open(path, background);
      case ZIP -> ZipImages.open(path, background);
      case CIFAR -> CifarImages.open(path);
      case IDX -> IdxImages.open(path, resolution, cache);
      case NPZ -> NpzImages.open(path, cache);
    };
  }
}
