package org.edm2search.eval.fid;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.edm2search.data.ImageBatch;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.TensorFile;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * Trains the classifier behind the built-in features. Every batch is seen at a random resolution of
 * 32, 16 or 8 pixels, because campaigns score images of all of these.
 */
public final class BuiltinExtractorTraining {

  private static final int BATCH = 128;

  private BuiltinExtractorTraining() {}

  /** Images of 32×32 grey pixels in [−1, 1] with their classes. */
  public interface Images {
    int count();

    ImageBatch read(int... indices);
  }

  /** The accuracy on held-out images at 32, 16 and 8 pixels. */
  public record Accuracy(double at32, double at16, double at8) {}

  /**
   * Trains and writes the weights.
   *
   * @param training images to train on
   * @param test held-out images
   * @param epochs passes over the training images
   * @param seed of weights and order
   * @param file written
   */
  public static Accuracy train(Images training, Images test, int epochs, long seed, Path file)
      throws IOException {
    long steps = (long) epochs * training.count() / BATCH;
    MapSchedule rate =
        new MapSchedule.Builder(ScheduleType.ITERATION)
            .add(0, 1e-3)
            .add((int) (steps * 6 / 10), 3e-4)
            .add((int) (steps * 85 / 100), 1e-4)
            .build();
    MultiLayerNetwork network = BuiltinNetwork.create(seed, rate);
    Random random = new Random(seed);
    for (long step = 0; step < steps; step++) {
      int[] indices = random.ints(BATCH, 0, training.count()).toArray();
      ImageBatch batch = training.read(indices);
      network.fit(GreyImages.of(shrunk(batch, 1 << random.nextInt(3))), oneHot(batch.labels()));
    }
    Accuracy accuracy =
        new Accuracy(
            accuracy(network, test, 1), accuracy(network, test, 2), accuracy(network, test, 4));
    Files.createDirectories(file.toAbsolutePath().getParent());
    Safetensors.write(
        file,
        new TensorFile(
            Map.of(
                "test_accuracy_32", String.format(Locale.ROOT, "%.4f", accuracy.at32),
                "test_accuracy_16", String.format(Locale.ROOT, "%.4f", accuracy.at16),
                "test_accuracy_8", String.format(Locale.ROOT, "%.4f", accuracy.at8),
                "epochs", Integer.toString(epochs),
                "seed", Long.toString(seed)),
            BuiltinNetwork.tensors(network)));
    return accuracy;
  }

  private static double accuracy(MultiLayerNetwork network, Images test, int factor) {
    int right = 0;
    for (int first = 0; first < test.count(); first += BATCH) {
      int[] indices =
          java.util.stream.IntStream.range(first, Math.min(first + BATCH, test.count())).toArray();
      ImageBatch batch = test.read(indices);
      INDArray output = network.output(GreyImages.of(shrunk(batch, factor)));
      INDArray best = output.argMax(1);
      for (int i = 0; i < indices.length; i++) {
        right += best.getInt(i) == batch.labels()[i] ? 1 : 0;
      }
    }
    return (double) right / test.count();
  }

  /** Returns area means of factor × factor pixels. */
  private static ImageBatch shrunk(ImageBatch batch, int factor) {
    if (factor == 1) {
      return batch;
    }
    int size = batch.width() / factor;
    float[] pixels = new float[batch.count() * size * size];
    for (int image = 0; image < batch.count(); image++) {
      for (int y = 0; y < batch.height(); y++) {
        for (int x = 0; x < batch.width(); x++) {
          pixels[(image * size + y / factor) * size + x / factor] +=
              batch.pixels()[(image * batch.height() + y) * batch.width() + x] / (factor * factor);
        }
      }
    }
    return new ImageBatch(pixels, batch.labels(), 1, size, size);
  }

  private static INDArray oneHot(int[] labels) {
    INDArray oneHot = Nd4j.create(DataType.FLOAT, labels.length, BuiltinNetwork.CLASSES);
    for (int i = 0; i < labels.length; i++) {
      oneHot.putScalar(i, labels[i], 1);
    }
    return oneHot;
  }
}
