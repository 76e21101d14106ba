package org.edm2search.cli.trial;

import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.edm2search.eval.Reference;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.train.data.ImageDataset;

/** Feature statistics of data sets. */
public final class References {

  private static final int BATCH = 500;
  private static final int DIGEST_SHOWN = 8;

  private References() {}

  /** Returns the statistics kept below a campaign's directory, computing them the first time. */
  public static Reference cached(
      Path directory, ImageDataset images, FeatureExtractor extractor, LongConsumer progress) {
    return Reference.cached(
        directory.resolve("reference").resolve("features.stats"),
        id(images),
        images.batches(BATCH),
        extractor,
        progress);
  }

  /** Computes the statistics. */
  public static Reference of(
      ImageDataset images, FeatureExtractor extractor, LongConsumer progress) {
    return Reference.of(id(images), images.batches(BATCH), extractor, progress);
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
