package org.edm2search.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.format.DatasetCache;
import org.edm2search.data.format.FileDataset;
import org.edm2search.eval.DistanceMeter;
import org.edm2search.eval.FeatureSpec;
import org.edm2search.eval.Reference;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.reference.ReferenceStore;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.pipeline.trial.CheckpointScoring;
import org.edm2search.pipeline.trial.FeatureFiles;

/** A command's feature extractor: opened when images ask for it, telling how far it is. */
final class OpenFeatures implements AutoCloseable {

  /** A gigabyte of features. */
  private static final long MOST_VALUES = 1L << 27;

  private final FeatureSpec spec;
  private final FeatureFiles files;
  private final LiveLine line;
  private Optional<FeatureExtractor> extractor = Optional.empty();

  OpenFeatures(FeatureSpec spec, FeatureFiles files, LiveLine line) {
    this.spec = spec;
    this.files = files;
    this.line = line;
  }

  FeatureExtractor extractor() {
    if (extractor.isEmpty()) {
      extractor =
          Optional.of(files.open(spec, bytes -> say("weights: %,d MB read", bytes / 1_000_000)));
      line.clear();
    }
    return extractor.get();
  }

  /** Returns the features of some images of a data set. */
  double[][] some(ImageDataset images) {
    double[][] features =
        store()
            .sample(
                images, extractor(), done -> say("features of %,d images to compare with", done));
    line.clear();
    return features;
  }

  /** Returns the statistics of a data set, kept for the next time. */
  Reference of(ImageDataset images) {
    DatasetLine bar = DatasetLine.on(line);
    Reference reference =
        store().statistics(images, extractor(), done -> bar.at("features", done, images.count()));
    line.clear();
    return reference;
  }

  /** Returns what scores the networks of a campaign against its images. */
  CheckpointScoring scoring(CampaignSettings settings) {
    Reference reference = of(settings.images());
    return new CheckpointScoring(
        settings.shape(),
        extractor(),
        reference,
        new DistanceMeter(reference.statistics(), some(settings.images())));
  }

  /**
   * Returns the features of all images, [n, d].
   *
   * @param count of the images
   * @throws InvalidUseException if they do not fit into memory
   */
  double[][] rows(Iterable<ImageBatch> images, int count) {
    int dimensions = extractor().dimensions();
    if ((long) count * dimensions > MOST_VALUES) {
      throw new InvalidUseException(
          String.format(
              Locale.ROOT,
              "%,d images of %,d features are too many for --interval, which keeps them: at most %,d",
              count,
              dimensions,
              MOST_VALUES / dimensions));
    }
    DatasetLine bar = DatasetLine.on(line);
    List<double[]> rows = new ArrayList<>();
    for (ImageBatch batch : images) {
      rows.addAll(List.of(extractor().features(batch)));
      bar.at("features", rows.size(), count);
    }
    line.clear();
    return rows.toArray(double[][]::new);
  }

  private Path cache() {
    return files.store().directory();
  }

  private ReferenceStore store() {
    return ReferenceStore.ofUser(cache());
  }

  /** Opens images in the user's files, grey ones as colour like the others; close it. */
  FileDataset open(Path path) {
    try (DatasetLine bar = DatasetLine.on(line)) {
      FileDataset.Request colour =
          new FileDataset.Request(Optional.empty(), OptionalInt.empty(), OptionalInt.of(3));
      return FileDataset.open(path, colour, new DatasetCache(cache()), bar);
    }
  }

  private void say(String format, Object... values) {
    if (line.due()) {
      line.show(String.format(Locale.ROOT, format, values));
    }
  }

  @Override
  public void close() {
    line.clear();
    extractor.ifPresent(FeatureExtractor::close);
  }
}
