package org.edm2search.eval.reference;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.edm2search.data.ImageDataset;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.FeatureSpec;
import org.edm2search.eval.ImageFolder;
import org.edm2search.eval.Reference;
import org.edm2search.eval.fid.FeatureExtractor;

/**
 * Feature statistics of data sets. Those of the built-in data and features come with the program; a
 * file that does not fit data and extractor is recognized by its id, which holds the digest, and
 * computed anew.
 */
public final class References {

  private static final String FOLDER = "reference";
  private static final String STATISTICS = ".stats";
  private static final String SAMPLE = ".safetensors";
  private static final int BATCH = 500;
  private static final int BATCH_VALUES = 1 << 23;
  private static final int DIGEST_SHOWN = 8;

  /** Enough for stable neighbourhoods; their kernel matrix takes 72 MB. */
  private static final long SOME = 3000;

  private References() {}

  /**
   * Returns the statistics kept below a campaign's directory, computing them if need be. Of several
   * processes that want them one computes, and the others wait.
   *
   * @param progress told of images done
   */
  public static Reference cached(
      Path directory, ImageDataset images, FeatureExtractor extractor, LongConsumer progress) {
    Path folder = directory.resolve(FOLDER);
    Path file = folder.resolve("features.stats");
    return locked(
        folder,
        () -> {
          if (!Files.exists(file)) {
            copyShipped(images, file);
          }
          return inFile(file, images, extractor, progress);
        });
  }

  private static <T> T locked(Path folder, Supplier<T> work) {
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve("features.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        return work.get();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + folder, e);
    }
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
   * Returns the features of some images, the same ones every time, [n, d]: what cannot be told from
   * statistics is measured against these. They are kept below a campaign's directory, as {@link
   * #cached} keeps statistics.
   *
   * @param progress told of images done
   */
  public static double[][] cachedSample(
      Path directory, ImageDataset images, FeatureExtractor extractor, LongConsumer progress) {
    Path folder = directory.resolve(FOLDER);
    return locked(
        folder, () -> sampleInFile(folder.resolve("sample" + SAMPLE), images, extractor, progress));
  }

  /**
   * Returns the features of some images, the same ones every time, [n, d], kept for other runs.
   *
   * @param cache the user's cache directory
   * @param progress told of images done
   */
  public static double[][] keptSample(
      Path cache, ImageDataset images, FeatureExtractor extractor, LongConsumer progress) {
    return keptFile(cache, images.digest(), extractor.id(), SAMPLE)
        .map(file -> sampleInFile(file, images, extractor, progress))
        .orElseGet(() -> sample(images, extractor, progress));
  }

  /** Returns how many images {@link #cachedSample} takes. */
  public static long sampleCount(ImageDataset images) {
    return Math.min(SOME, images.count());
  }

  private static double[][] sampleInFile(
      Path file, ImageDataset images, FeatureExtractor extractor, LongConsumer progress) {
    Map<String, String> origin =
        Map.of("images", images.digest(), "features", extractor.description());
    Optional<double[][]> known =
        FeatureRows.read(file, origin)
            .filter(rows -> rows.length == sampleCount(images))
            .filter(rows -> rows[0].length == extractor.dimensions());
    if (known.isPresent()) {
      return known.get();
    }
    double[][] features = sample(images, extractor, progress);
    FeatureRows.write(file, origin, features);
    return features;
  }

  private static double[][] sample(
      ImageDataset images, FeatureExtractor extractor, LongConsumer progress) {
    long count = sampleCount(images);
    int[] indices =
        new SplittableRandom(0)
            .ints(0, Math.toIntExact(images.count()))
            .distinct()
            .limit(count)
            .toArray();
    return features(images, indices, extractor, progress);
  }

  /**
   * Returns the features of images by index, [indices, d], read in bounded batches.
   *
   * @param progress told of images done
   */
  static double[][] features(
      ImageDataset images, int[] indices, FeatureExtractor extractor, LongConsumer progress) {
    double[][] features = new double[indices.length][];
    int batch = batch(images);
    for (int first = 0; first < indices.length; first += batch) {
      int end = Math.min(first + batch, indices.length);
      double[][] some = extractor.features(images.read(Arrays.copyOfRange(indices, first, end)));
      System.arraycopy(some, 0, features, first, some.length);
      progress.accept(end);
    }
    return features;
  }

  /** Returns how many images to read at once: large ones do not fit into memory by the hundred. */
  public static int batch(ImageDataset images) {
    int size = images.channels() * images.resolution() * images.resolution();
    return Math.max(1, Math.min(BATCH, BATCH_VALUES / size));
  }

  /**
   * Returns the statistics of a data set, kept for other runs. They are found by content and
   * features; those that come with the program are taken from there.
   *
   * @param cache the user's cache directory
   */
  public static Reference kept(
      Path cache, ImageDataset images, FeatureExtractor extractor, LongConsumer progress) {
    Optional<Path> file = keptFile(cache, images.digest(), extractor.id(), STATISTICS);
    if (file.isEmpty()) {
      return of(images, extractor, progress);
    }
    if (!Files.exists(file.get())) {
      copyShipped(images, file.get());
    }
    return inFile(file.get(), images, extractor, progress);
  }

  /**
   * Returns the statistics of a folder of images, kept for other runs and found by its content.
   *
   * @param cache the user's cache directory
   * @param digest of the folder's content
   */
  public static Reference kept(
      Path cache,
      ImageFolder images,
      String digest,
      FeatureExtractor extractor,
      LongConsumer progress) {
    String id = "images " + digest;
    return keptFile(cache, digest, extractor.id(), STATISTICS)
        .map(file -> Reference.cached(file, id, images, extractor, progress))
        .orElseGet(() -> Reference.of(id, images, extractor, progress));
  }

  /** Returns where statistics are kept; nowhere if that cannot be written. */
  private static Optional<Path> keptFile(
      Path cache, String digest, String extractorId, String suffix) {
    Path directory = cache.resolve("statistics");
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      return Optional.empty();
    }
    String features = extractorId.replaceAll("[^A-Za-z0-9.-]+", "-");
    return Files.isWritable(directory)
        ? Optional.of(directory.resolve("%s-%s%s".formatted(features, digest, suffix)))
        : Optional.empty();
  }

  /** Returns the statistics in a file, computing and writing them if they are not those. */
  static Reference inFile(
      Path file, ImageDataset images, FeatureExtractor extractor, LongConsumer progress) {
    return Reference.cached(file, id(images), images.batches(batch(images)), extractor, progress);
  }

  /** Returns the resource that holds a data set's statistics, if it comes with the program. */
  static String resource(ImageDataset images) {
    return "shipped/%s-%d.stats".formatted(images.name(), images.resolution());
  }

  /** Returns what the features do not see of the images, if there is such. */
  public static Optional<String> remark(ImageDataset images, EvaluationProtocol protocol) {
    boolean blind = images.channels() == 3 && protocol.features() instanceof FeatureSpec.Builtin;
    return blind
        ? Optional.of(
            "the built-in features see colour images as grey ones of 32x32: scores say nothing about"
                + " colour and detail; give evaluation.features an extractor for such images")
        : Optional.empty();
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
