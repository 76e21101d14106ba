package org.edm2search.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.format.FashionMnist;
import org.edm2search.data.format.FileDataset;
import org.edm2search.eval.Reference;
import org.edm2search.eval.fid.FeatureStatistics;
import org.edm2search.eval.fid.NumpyStatistics;
import org.edm2search.eval.reference.StatisticsFile;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;

/**
 * Feature statistics of what the user named.
 *
 * @param extractor what made the features, such as {@code builtin 1a2b}
 * @param statistics of the features
 * @param rows the features themselves, [N, D], where they were asked for and are known
 */
record FeatureSource(String extractor, FeatureStatistics statistics, Optional<double[][]> rows) {

  private static final String TEST = FashionMnist.NAME + "-test";
  private static final String LARGEST = "32";

  /** What made the features of a file that does not tell. */
  private static final String GIVEN = "features given";

  /**
   * Reads a directory of images, an archive of them, {@code fashion-mnist:16}, {@code
   * fashion-mnist-test:16}, {@code FILE.safetensors:TENSOR} or a file of statistics.
   *
   * @param features for images
   * @param rows whether to keep the features
   */
  static FeatureSource named(String name, OpenFeatures features, boolean rows) {
    Optional<ImageDataset> builtIn = builtIn(name);
    if (builtIn.isPresent()) {
      return of(builtIn.get(), features, rows);
    }
    int colon = name.lastIndexOf(':');
    String before = colon < 0 ? name : name.substring(0, colon);
    String after = colon < 0 ? "" : name.substring(colon + 1);
    if (colon >= 0 && before.endsWith(".safetensors")) {
      return ofRows(GIVEN, rows(name, tensor(Path.of(before), after)));
    }
    Path path = Path.of(name);
    if (!Files.exists(path)) {
      throw new InvalidUseException(
          name
              + ": no such file or directory of images, and neither a data set (fashion-mnist:16)"
              + " nor FILE.safetensors:TENSOR");
    }
    return ofFile(path, features, rows);
  }

  private static FeatureSource ofFile(Path file, OpenFeatures features, boolean rows) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".pkl") || name.endsWith(".pickle")) {
      throw new InvalidUseException(
          file
              + ": is a pickle, a program that would be run by reading it, and is not read; save its"
              + " mu and sigma by numpy.savez");
    }
    if (name.endsWith(".safetensors")) {
      return of(StatisticsFile.read(file));
    }
    if (name.endsWith(".npz") && NumpyStatistics.isStatistics(file)) {
      return new FeatureSource(GIVEN, NumpyStatistics.read(file), Optional.empty());
    }
    try (FileDataset images = features.open(file)) {
      return of(images, features, rows);
    }
  }

  private static FeatureSource of(Reference reference) {
    return new FeatureSource(reference.extractorId(), reference.statistics(), Optional.empty());
  }

  private static FeatureSource of(ImageDataset images, OpenFeatures features, boolean rows) {
    return rows
        ? ofRows(features.extractor().id(), features.rows(images.batches(), images.count()))
        : of(features.of(images));
  }

  private static FeatureSource ofRows(String extractor, double[][] rows) {
    return new FeatureSource(extractor, FeatureStatistics.of(rows), Optional.of(rows));
  }

  /** Returns the built-in data set of a name such as {@code fashion-mnist:16}, if it is one. */
  static Optional<ImageDataset> builtIn(String name) {
    int colon = name.lastIndexOf(':');
    String before = colon < 0 ? name : name.substring(0, colon);
    return before.equals(FashionMnist.NAME) || before.equals(TEST)
        ? Optional.of(dataset(before, colon < 0 ? LARGEST : name.substring(colon + 1)))
        : Optional.empty();
  }

  private static FashionMnist dataset(String name, String resolution) {
    if (!resolution.matches("4|8|16|32")) {
      throw new InvalidUseException(
          "%s: the resolution must be 4, 8, 16 or 32, but is '%s'".formatted(name, resolution));
    }
    return FashionMnist.load(
        name.equals(TEST) ? FashionMnist.Split.TEST : FashionMnist.Split.TRAINING,
        Integer.parseInt(resolution));
  }

  private static Tensor tensor(Path file, String name) {
    TensorFile content = Safetensors.read(file);
    Tensor tensor = content.tensors().get(name);
    if (tensor == null || tensor.shape().size() != 2 || tensor.shape().get(0) < 2) {
      throw new InvalidUseException(
          "%s: tensor '%s' must be features of shape [N, D], N at least 2, but %s"
              .formatted(
                  file,
                  name,
                  tensor == null
                      ? "there is none; there are " + String.join(", ", content.tensors().keySet())
                      : "it has shape " + tensor.shape()));
    }
    return tensor;
  }

  private static double[][] rows(String name, Tensor tensor) {
    int dimensions = tensor.shape().get(1);
    double[] values = tensor.doubles();
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new InvalidUseException(
            "%s: features must be finite numbers, but row %d, column %d is %s"
                .formatted(name, i / dimensions, i % dimensions, values[i]));
      }
    }
    double[][] rows = new double[tensor.shape().get(0)][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(values, i * dimensions, (i + 1) * dimensions));
    return rows;
  }
}
