package org.edm2search.eval.fid;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.edm2search.data.ImageBatch;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.space.Sha256;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.FixedSchedule;

/**
 * Features of a small classifier of clothes that comes with the project: the activations of its
 * last hidden layer. Images of any size and number of channels are made 32×32 and grey first.
 *
 * <p>Not thread-safe. Good for ranking the candidates of one campaign on the built-in data; a
 * distance in these features is not an FID.
 */
public final class BuiltinExtractor implements FeatureExtractor {

  private static final String RESOURCE = "builtin-extractor.safetensors";
  private static final int BATCH = 250;

  private final MultiLayerNetwork network;
  private final String sha256;

  private BuiltinExtractor(MultiLayerNetwork network, String sha256) {
    this.network = network;
    this.sha256 = sha256;
  }

  /** Loads the weights that come with the project. */
  public static BuiltinExtractor load() {
    try (InputStream in = BuiltinExtractor.class.getResourceAsStream(RESOURCE)) {
      byte[] bytes = in.readAllBytes();
      Path file = Files.createTempFile("builtin-extractor", ".safetensors");
      try {
        Files.write(file, bytes);
        MultiLayerNetwork network = BuiltinNetwork.create(0, new FixedSchedule(0));
        BuiltinNetwork.load(network, Safetensors.read(file).tensors());
        return new BuiltinExtractor(network, new Sha256().add(bytes).hex());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String id() {
    return "builtin " + sha256.substring(0, 8);
  }

  @Override
  public String description() {
    return "weights of SHA-256 %s on grey images resized to 32×32 (bilinear), u/127.5 − 1"
        .formatted(sha256);
  }

  @Override
  public int dimensions() {
    return BuiltinNetwork.FEATURES;
  }

  @Override
  public double[][] features(ImageBatch images) {
    double[][] features = new double[images.count()][];
    int size = images.imageSize();
    for (int first = 0; first < images.count(); first += BATCH) {
      int count = Math.min(BATCH, images.count() - first);
      ImageBatch part =
          new ImageBatch(
              Arrays.copyOfRange(images.pixels(), first * size, (first + count) * size),
              new int[count],
              images.channels(),
              images.height(),
              images.width());
      INDArray activations =
          network
              .feedForwardToLayer(BuiltinNetwork.FEATURE_LAYER, GreyImages.of(part))
              .get(BuiltinNetwork.FEATURE_LAYER + 1);
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
