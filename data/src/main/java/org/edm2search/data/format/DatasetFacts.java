package org.edm2search.data.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.edm2search.data.DatasetProgress;
import org.edm2search.data.InvalidDatasetException;
import org.edm2search.data.image.ImageHeader;
import org.edm2search.space.base.AtomicFile;

/**
 * What reading all of a data set through tells.
 *
 * @param resolution rows and columns of all images
 * @param grey how many images have one channel
 * @param content digest of all files
 */
record DatasetFacts(int resolution, long grey, String content) {

  /** Changes when what is kept in the cache means something else. */
  private static final String VERSION = "facts 2";

  private Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("resolution", Integer.toString(resolution));
    properties.setProperty("grey", Long.toString(grey));
    properties.setProperty("content", content);
    return properties;
  }

  private static Optional<DatasetFacts> of(Properties kept) {
    try {
      return Optional.of(
          new DatasetFacts(
              Integer.parseInt(kept.getProperty("resolution")),
              Long.parseLong(kept.getProperty("grey")),
              kept.getProperty("content")));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads a data set through, unless the cache knows it.
   *
   * @throws InvalidDatasetException naming file, image and rule
   */
  static DatasetFacts of(
      Path path, ImageCollection images, DatasetCache cache, DatasetProgress progress) {
    try {
      List<Path> files = images.files();
      // The wanted resolution decides whether IDX images have a border; names below a folder are
      // others than those below one that it lies in.
      Path root = root(path).toAbsolutePath().normalize();
      String key = DatasetCache.key("%s %s %s".formatted(VERSION, images.header(0), root), files);
      Optional<DatasetFacts> known = cache.find(key).flatMap(DatasetFacts::of);
      if (known.isPresent()) {
        return known.get();
      }
      DatasetFacts facts = check(path, images, files, progress);
      cache.keep(key, facts.properties());
      return facts;
    } catch (IOException e) {
      throw new InvalidDatasetException(images.name(0), message(e), e);
    }
  }

  private static DatasetFacts check(
      Path path, ImageCollection images, List<Path> files, DatasetProgress progress)
      throws IOException {
    ImageHeader first = header(images, 0);
    long grey = 0;
    for (int i = 0; i < images.count(); i++) {
      ImageHeader header = header(images, i);
      if (header.width() != header.height()) {
        throw notUniform(images.name(i), header, "is not square", path);
      }
      if (header.width() != first.width()) {
        throw notUniform(
            images.name(i), header, "does not have the size of " + images.name(0), path);
      }
      grey += header.channels() == 1 ? 1 : 0;
      progress.at("checking images", i + 1, images.count());
    }
    return new DatasetFacts(first.width(), grey, content(path, files, progress));
  }

  private static InvalidDatasetException notUniform(
      String image, ImageHeader header, String rule, Path path) {
    return new InvalidDatasetException(
        image,
        "%s (%d×%d); 'edm2-search dataset convert %s NEW.zip --resolution N' makes images of one size"
            .formatted(rule, header.width(), header.height(), path));
  }

  private static Path root(Path path) {
    return Files.isDirectory(path) ? path : AtomicFile.directoryOf(path);
  }

  /** Every file's path within the data set and its bytes, in order. */
  private static String content(Path path, List<Path> files, DatasetProgress progress)
      throws IOException {
    Path root = root(path);
    long total = 0;
    for (Path file : files) {
      total += Files.size(file);
    }
    long all = total;
    long[] done = {0};
    ContentDigest digest = new ContentDigest();
    for (Path file : files) {
      if (files.size() > 1) {
        digest.add(root.toAbsolutePath().relativize(file.toAbsolutePath()).toString());
      }
      digest.add(file, read -> progress.at("computing the digest, bytes", done[0] += read, all));
    }
    return digest.hex();
  }

  private static ImageHeader header(ImageCollection images, int index) {
    try {
      return images.header(index);
    } catch (IOException e) {
      throw new InvalidDatasetException(images.name(index), message(e), e);
    }
  }

  /** Returns why something cannot be read. */
  static String message(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
