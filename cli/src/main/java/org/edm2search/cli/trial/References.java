package org.edm2search.cli.trial;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.LongConsumer;
import org.edm2search.eval.Reference;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.train.data.ImageDataset;

/**
 * Feature statistics of data sets. Those of the built-in data and features come with the program; a
 * file that does not fit data and extractor is recognized by its id, and computed anew.
 */
public final class References {

  private static final int BATCH = 500;
  private static final int DIGEST_SHOWN = 8;

  private References() {}

  /**
   * Returns the statistics kept below a campaign's directory, computing them if need be.
   *
   * @param progress told of images done
   */
  public static Reference cached(
      Path directory, ImageDataset images, FeatureExtractor extractor, LongConsumer progress) {
    Path file = directory.resolve("reference").resolve("features.stats");
    if (!Files.exists(file)) {
      copyShipped(images, file);
    }
    return inFile(file, images, extractor, progress);
  }

  /** Returns the statistics, computing them if they did not come with the program. */
  public static Reference of(
      ImageDataset images, FeatureExtractor extractor, LongConsumer progress) {
    try {
      Path folder = Files.createTempDirectory("edm2-search");
      Path file = folder.resolve("features.stats");
      try {
        copyShipped(images, file);
        return inFile(file, images, extractor, progress);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns statistics that took long to compute, and are kept for other runs.
   *
   * @param cache the user's cache directory
   */
  public static Reference kept(
      Path cache, ImageDataset images, FeatureExtractor extractor, LongConsumer progress) {
    String name = "%08x-%08x".formatted(id(images).hashCode(), extractor.id().hashCode());
    return inFile(cache.resolve("reference").resolve(name + ".stats"), images, extractor, progress);
  }

  /** Returns the statistics in a file, computing and writing them if they are not those. */
  static Reference inFile(
      Path file, ImageDataset images, FeatureExtractor extractor, LongConsumer progress) {
    return Reference.cached(file, id(images), images.batches(BATCH), extractor, progress);
  }

  /** Returns the resource that holds a data set's statistics, if it comes with the program. */
  static String resource(ImageDataset images) {
    return "reference/%s-%d.stats".formatted(images.name(), images.resolution());
  }

  private static void copyShipped(ImageDataset images, Path file) {
    try (InputStream in = References.class.getResourceAsStream(resource(images))) {
      if (in == null) {
        return;
      }
      Files.createDirectories(file.getParent());
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.copy(in, fresh, StandardCopyOption.REPLACE_EXISTING);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private static String id(ImageDataset images) {
    return "%s %d×%d (%d, %s)"
        .formatted(
            images.name(),
            images.resolution(),
            images.resolution(),
            images.count(),
            images.digest().substring(0, DIGEST_SHOWN));
  }
}
