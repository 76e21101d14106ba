package org.edm2search.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import org.edm2search.eval.ImageFolder;
import org.edm2search.eval.Reference;
import org.edm2search.eval.fid.FeatureStatistics;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;
import org.edm2search.space.Edm2SearchException;
import org.edm2search.train.data.FashionMnist;

/**
 * Feature statistics of what the user named.
 *
 * @param extractor what made the features, such as {@code builtin 1a2b}
 * @param statistics of the features
 */
record FeatureSource(String extractor, FeatureStatistics statistics) {

  private static final String TEST = FashionMnist.NAME + "-test";
  private static final String LARGEST = "32";

  /**
   * Reads a directory of images, {@code fashion-mnist:16}, {@code fashion-mnist-test:16} or {@code
   * FILE.safetensors:TENSOR}.
   *
   * @param features for images
   */
  static FeatureSource named(String name, OpenFeatures features) {
    int colon = name.lastIndexOf(':');
    String before = colon < 0 ? name : name.substring(0, colon);
    String after = colon < 0 ? "" : name.substring(colon + 1);
    if (before.equals(FashionMnist.NAME) || before.equals(TEST)) {
      Reference reference = features.of(dataset(before, after.isEmpty() ? LARGEST : after));
      return new FeatureSource(reference.extractorId(), reference.statistics());
    }
    if (Files.isDirectory(Path.of(name))) {
      try {
        ImageFolder images = ImageFolder.open(Path.of(name));
        return new FeatureSource(features.extractor().id(), features.of(images, images.count()));
      } catch (Edm2SearchException e) {
        throw new InvalidUseException(e.getMessage(), e);
      }
    }
    if (before.endsWith(".safetensors")) {
      return new FeatureSource("features given", ofFeatures(tensor(Path.of(before), after)));
    }
    throw new InvalidUseException(
        name
            + ": no such directory of images, and neither a data set (fashion-mnist:16) nor"
            + " FILE.safetensors:TENSOR");
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

  private static FeatureStatistics ofFeatures(Tensor tensor) {
    int dimensions = tensor.shape().get(1);
    double[][] rows = new double[tensor.shape().get(0)][dimensions];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < dimensions; k++) {
        rows[i][k] = tensor.values()[i * dimensions + k];
      }
    }
    return FeatureStatistics.of(rows);
  }
}
