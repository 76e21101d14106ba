package org.edm2search.train;

import java.nio.FloatBuffer;
import org.edm2search.model.Network;
import org.edm2search.model.TrainingStep;
import org.edm2search.model.device.HostView;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The loss of a batch and its gradients, computed at once or in micro batches whose gradients are
 * summed (gradient accumulation). Owns native memory; close before the network.
 */
final class BatchGradients implements AutoCloseable {

  private final int microBatch;
  private final int microBatches;
  private final TrainingStep step;
  private final INDArray images;
  private final INDArray noise;
  private final INDArray sigma;
  private final @Nullable INDArray labels;
  private final INDArray sum;

  /**
   * Prepares the step.
   *
   * @param batch images a batch
   * @param microBatch images that are computed at once; divides {@code batch}
   */
  BatchGradients(Network network, int batch, int microBatch) {
    this.microBatch = microBatch;
    this.microBatches = batch / microBatch;
    network.requireRoomForTraining(microBatch);
    step = network.trainingStep(microBatch);
    int channels = network.architecture().imgChannels();
    int resolution = network.architecture().imgResolution();
    int classes = network.architecture().labelDim();
    // Filled anew at every step: native memory allocated in a loop is freed late.
    images = Nd4j.create(DataType.FLOAT, microBatch, channels, resolution, resolution);
    noise = Nd4j.create(DataType.FLOAT, images.shape());
    sigma = Nd4j.create(DataType.FLOAT, microBatch);
    labels = classes == 0 ? null : Nd4j.create(DataType.FLOAT, microBatch, classes);
    sum =
        microBatches == 1
            ? step.gradients()
            : Nd4j.create(DataType.FLOAT, network.parameters().length());
  }

  /**
   * Computes the gradients of a batch and returns its mean loss.
   *
   * @param pixels clean images, NCHW
   * @param unitNoise unit normal noise, NCHW
   * @param noiseLevels of each image
   * @param classes of each image; −1 for none
   */
  double run(float[] pixels, float[] unitNoise, float[] noiseLevels, int[] classes) {
    double loss = 0;
    for (int i = 0; i < microBatches; i++) {
      fill(images, pixels, i);
      fill(noise, unitNoise, i);
      fill(sigma, noiseLevels, i);
      fillOneHot(classes, i * microBatch);
      loss += step.run(images, noise, sigma, labels);
      if (microBatches > 1) {
        accumulate(i == 0);
      }
    }
    return loss / microBatches;
  }

  private static void fill(INDArray array, float[] values, int index) {
    int length = Math.toIntExact(array.length());
    HostView.write(array, buffer -> buffer.put(values, index * length, length));
  }

  private void fillOneHot(int[] classes, int from) {
    if (labels == null) {
      return;
    }
    int width = Math.toIntExact(labels.size(1));
    HostView.write(
        labels,
        oneHot -> {
          for (int i = 0; i < oneHot.limit(); i++) {
            oneHot.put(i, classes[from + i / width] == i % width ? 1 : 0);
          }
        });
  }

  private void accumulate(boolean first) {
    FloatBuffer more = HostView.read(step.gradients());
    HostView.write(
        sum,
        total -> {
          for (int i = 0; i < more.limit(); i++) {
            total.put(i, first ? more.get(i) : total.get(i) + more.get(i));
          }
        });
  }

  /** Returns the sum over micro batches, float32 [P]: multiply by {@link #scale()}. */
  INDArray gradients() {
    return sum;
  }

  /** Returns what turns {@link #gradients()} into those of the mean loss of the batch. */
  double scale() {
    return 1.0 / microBatches;
  }

  @Override
  public void close() {
    images.close();
    noise.close();
    sigma.close();
    if (labels != null) {
      labels.close();
    }
    if (microBatches > 1) {
      sum.close();
    }
  }
}
