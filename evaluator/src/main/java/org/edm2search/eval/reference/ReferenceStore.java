package org.edm2search.eval.reference;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.edm2search.data.ImageDataset;
import org.edm2search.eval.Reference;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.fid.FeatureStatistics;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.space.base.Edm2SearchException;

/**
 * Feature statistics and features of data sets, kept in a directory as safetensors and found by the
 * content of the images and by the features. Those of the built-in data and features come with the
 * program. Files that are damaged or of something else are computed anew; a directory that cannot
 * be written costs time only. Safe for use by several processes, of which one computes and the
 * others wait; what is there is read without a lock, which not every shared file system has.
 */
public final class ReferenceStore {

  private static final String FEATURES = "features";
  private static final int DIGEST_SHOWN = 8;

  /** Enough for stable neighbourhoods; their kernel matrix takes 72 MB. */
  private static final long SAMPLE = 3000;

  /** Longer than any batch of images takes. */
  private static final long PATIENCE_SECONDS = 180;

  private final Path directory;

  private ReferenceStore(Path directory) {
    this.directory = directory;
  }

  /**
   * Returns the store of a campaign.
   *
   * @param campaign the campaign's directory
   */
  public static ReferenceStore ofCampaign(Path campaign) {
    return new ReferenceStore(campaign.resolve("reference"));
  }

  /**
   * Returns the store that a user's commands share.
   *
   * @param cache the user's cache directory
   */
  public static ReferenceStore ofUser(Path cache) {
    return new ReferenceStore(cache.resolve("statistics"));
  }

  /**
   * Returns the statistics of a data set, computing them if they are not known.
   *
   * @param progress told of images done
   */
  public Reference statistics(
      ImageDataset images, FeatureExtractor extractor, LongConsumer progress) {
    Path file = file("statistics", images, extractor);
    FeatureStatistics statistics =
        knownStatistics(file, images, extractor)
            .orElseGet(
                () ->
                    inTurn(
                        progress,
                        told ->
                            knownStatistics(file, images, extractor)
                                .orElseGet(() -> compute(file, images, extractor, told))));
    return new Reference(id(images), extractor.id(), statistics);
  }

  private static Optional<FeatureStatistics> knownStatistics(
      Path file, ImageDataset images, FeatureExtractor extractor) {
    Map<String, String> origin = origin(images, extractor);
    return KeptTensors.find(file, origin)
        .or(() -> shipped(images, origin))
        .flatMap(StatisticsFile::statistics)
        .filter(known -> known.dimensions() == extractor.dimensions());
  }

  private static FeatureStatistics compute(
      Path file, ImageDataset images, FeatureExtractor extractor, LongConsumer progress) {
    FeatureStatistics statistics =
        Reference.of(id(images), images.batches(), extractor, progress).statistics();
    keep(file, origin(images, extractor), StatisticsFile.tensors(statistics));
    return statistics;
  }

  /**
   * Returns the features of some images, the same ones every time, [n, d]: what cannot be told from
   * statistics is measured against these.
   *
   * @param progress told of images done, of {@link #sampleCount}
   */
  public double[][] sample(ImageDataset images, FeatureExtractor extractor, LongConsumer progress) {
    Path file = file("sample", images, extractor);
    return knownSample(file, images, extractor)
        .orElseGet(
            () ->
                inTurn(
                    progress,
                    told ->
                        knownSample(file, images, extractor)
                            .orElseGet(() -> computeSample(file, images, extractor, told))));
  }

  private static Optional<double[][]> knownSample(
      Path file, ImageDataset images, FeatureExtractor extractor) {
    List<Integer> shape = List.of(Math.toIntExact(sampleCount(images)), extractor.dimensions());
    return KeptTensors.find(file, origin(images, extractor))
        .map(tensors -> tensors.get(FEATURES))
        .filter(rows -> rows.shape().equals(shape))
        .map(FeatureRows::of);
  }

  private static double[][] computeSample(
      Path file, ImageDataset images, FeatureExtractor extractor, LongConsumer progress) {
    int[] indices =
        new SplittableRandom(0)
            .ints(0, Math.toIntExact(images.count()))
            .distinct()
            .limit(sampleCount(images))
            .toArray();
    double[][] rows = FeatureRows.measure(images, indices, extractor, progress);
    Tensor tensor = FeatureRows.tensor(rows);
    keep(file, origin(images, extractor), Map.of(FEATURES, tensor));
    return rows;
  }

  /** Returns how many images {@link #sample} takes. */
  public static long sampleCount(ImageDataset images) {
    return Math.min(SAMPLE, images.count());
  }

  private <T> T inTurn(LongConsumer progress, Function<LongConsumer, T> work) {
    return new SharedComputation(directory.resolve("features.lock"), PATIENCE_SECONDS)
        .inTurn(progress, work);
  }

  private static void keep(Path file, Map<String, String> origin, Map<String, Tensor> tensors) {
    try {
      KeptTensors.write(file, origin, tensors);
    } catch (Edm2SearchException e) {
      // Not kept.
    }
  }

  private Path file(String what, ImageDataset images, FeatureExtractor extractor) {
    String features = extractor.id().replaceAll("[^A-Za-z0-9.-]+", "-");
    return directory.resolve("%s-%s-%s.safetensors".formatted(what, features, images.digest()));
  }

  static Map<String, String> origin(ImageDataset images, FeatureExtractor extractor) {
    return Map.of("images", images.digest(), FEATURES, extractor.description());
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

  // -------------------------------------------------------------- shipped

  /** Returns the name of the resource that holds a data set's statistics, if it comes with us. */
  static String resource(ImageDataset images) {
    return "shipped/%s-%d.safetensors".formatted(images.name(), images.resolution());
  }

  private static Optional<Map<String, Tensor>> shipped(
      ImageDataset images, Map<String, String> origin) {
    try (InputStream in = ReferenceStore.class.getResourceAsStream(resource(images))) {
      if (in == null) {
        return Optional.empty();
      }
      Path file = Files.createTempFile("edm2-search", ".safetensors");
      try {
        Files.write(file, in.readAllBytes());
        return KeptTensors.find(file, origin);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
