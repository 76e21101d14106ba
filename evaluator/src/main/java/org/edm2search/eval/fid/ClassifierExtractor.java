package org.edm2search.eval.fid;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.edm2search.data.ImageBatch;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.space.base.Sha256;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Features of a small classifier: the activations of its last hidden layer. One of clothes, which
 * sees grey images of 32×32, comes with the project; others are trained on the user's data.
 *
 * <p>Not thread-safe. Good for ranking the candidates of one campaign on the data it was trained
 * on; a distance in these features is not an FID.
 */
public final class ClassifierExtractor implements FeatureExtractor {

  private static final String RESOURCE = "builtin-extractor.safetensors";
  private static final int BATCH = 250;
  private static final int DIGEST_SHOWN = 8;

  private final FeatureNetwork shape;
  private final MultiLayerNetwork network;
  private final NetworkImages input;
  private final String id;
  private final String sha256;
  private final String description;

  private ClassifierExtractor(
      FeatureNetwork shape,
      MultiLayerNetwork network,
      NetworkImages input,
      String name,
      String sha256) {
    this.shape = shape;
    this.network = network;
    this.input = input;
    this.sha256 = sha256;
    this.id = name + " " + sha256.substring(0, DIGEST_SHOWN);
    this.description =
        String.format(
            Locale.ROOT,
            "weights of SHA-256 %s on %s images resized to %d×%d (%sbilinear), u/127.5 − 1",
            sha256,
            shape.channels() == 1 ? "grey" : "colour",
            shape.size(),
            shape.size(),
            input.averaged() ? "halved by means, then " : "");
  }

  /** Loads the weights that come with the project. */
  public static ClassifierExtractor builtin() {
    try (InputStream in = ClassifierExtractor.class.getResourceAsStream(RESOURCE)) {
      byte[] bytes = in.readAllBytes();
      FeatureNetwork shape = FeatureNetwork.BUILTIN;
      return new ClassifierExtractor(
          shape,
          shape.load(Safetensors.read(Path.of(RESOURCE), bytes).tensors()),
          new NetworkImages(shape.channels(), shape.size(), false),
          "builtin",
          new Sha256().add(bytes).hex());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Loads a file of features that {@link FeatureTraining} wrote.
   *
   * @throws InvalidFeaturesException if it is missing, damaged or something else
   */
  public static ClassifierExtractor read(Path file) {
    TrainedFeatures features = TrainedFeatures.read(file);
    FeatureNetwork shape = features.shape();
    try {
      return new ClassifierExtractor(
          shape,
          shape.load(features.weights()),
          new NetworkImages(shape.channels(), shape.size(), true),
          "trained " + features.name(),
          new Sha256().add(file).hex());
    } catch (IllegalArgumentException e) {
      throw new InvalidFeaturesException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new InvalidFeaturesException(file + ": cannot be read: " + e, e);
    }
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String weightsSha256() {
    return sha256;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public int dimensions() {
    return FeatureNetwork.FEATURES;
  }

  @Override
  public double[][] features(ImageBatch images) {
    double[][] features = new double[images.count()][];
    int size = images.imageSize();
    int layer = shape.featureLayer();
    for (int first = 0; first < images.count(); first += BATCH) {
      int count = Math.min(BATCH, images.count() - first);
      ImageBatch part =
          new ImageBatch(
              Arrays.copyOfRange(images.pixels(), first * size, (first + count) * size),
              new int[count],
              images.channels(),
              images.height(),
              images.width());
      INDArray activations = network.feedForwardToLayer(layer, input.of(part)).get(layer + 1);
      // All rows at once: a native view for each costs more than the network.
      double[] values =
          activations
              .castTo(DataType.DOUBLE)
              .dup('c')
              .reshape(activations.length())
              .toDoubleVector();
      for (int i = 0; i < count; i++) {
        features[first + i] = Arrays.copyOfRange(values, i * dimensions(), (i + 1) * dimensions());
      }
    }
    return features;
  }

  @Override
  public void close() {
    network.close();
  }
}
