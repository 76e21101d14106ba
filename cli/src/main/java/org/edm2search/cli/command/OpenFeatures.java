package org.edm2search.cli.command;

import java.util.Optional;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.cli.trial.FeatureFiles;
import org.edm2search.cli.trial.References;
import org.edm2search.eval.FeatureSpec;
import org.edm2search.eval.Reference;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.fid.FeatureStatistics;
import org.edm2search.model.ImageBatch;
import org.edm2search.train.data.ImageDataset;

/** A command's feature extractor: opened when images ask for it, telling how far it is. */
final class OpenFeatures implements AutoCloseable {

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

  /** Returns the statistics of images in a stream. */
  FeatureStatistics of(Iterable<ImageBatch> images, long total) {
    return shown(
        Reference.of(
            "", images, extractor(), done -> say("features of %,d/%,d images", done, total)));
  }

  /** Returns the statistics of a data set; those that take long are kept for the next time. */
  Reference of(ImageDataset images) {
    Reference reference =
        spec instanceof FeatureSpec.Builtin
            ? References.of(images, extractor(), done -> sayDone(done, images))
            : References.kept(
                files.store().directory(), images, extractor(), done -> sayDone(done, images));
    line.clear();
    return reference;
  }

  /** Returns the features of some images of a data set. */
  double[][] some(ImageDataset images) {
    double[][] features =
        References.someFeatures(
            images, extractor(), done -> say("features of %,d images to compare with", done));
    line.clear();
    return features;
  }

  private void sayDone(long done, ImageDataset images) {
    say("features of %,d/%,d images", done, images.count());
  }

  private FeatureStatistics shown(Reference reference) {
    line.clear();
    return reference.statistics();
  }

  private void say(String format, Object... values) {
    if (line.due()) {
      line.show(String.format(java.util.Locale.ROOT, format, values));
    }
  }

  @Override
  public void close() {
    line.clear();
    extractor.ifPresent(FeatureExtractor::close);
  }
}
