package org.edm2search.eval.loss;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.ImageDataset;
import org.edm2search.model.Denoiser;
import org.edm2search.model.Preconditioning;
import org.edm2search.model.device.HostView;
import org.edm2search.space.base.Edm2SearchException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Fixed noisy images (image, σ, ε) that every network denoises, so that networks differ by nothing
 * but themselves. The loss of an image is λ(σ)·mean over pixels of (D(y + σε; σ) − y)² (EDM,
 * equation 8), without the learned uncertainty weighting of EDM2: that is part of a network, and
 * networks are to be compared.
 *
 * <p>Every noise bin has the same number of images, and the levels are spread evenly within it. A
 * function of images, strata, number and seed alone. Immutable; not thread-safe, as networks are
 * not.
 */
public final class HeldOutLoss {

  /** Noisy images by default: a tenth of the network evaluations that 1,000 samples take. */
  public static final int IMAGES = 2048;

  /** Noise bins by default. */
  public static final int BINS = 8;

  private final ImageBatch clean;
  private final float[] noise;
  private final double[] sigmas;
  private final int bins;

  private HeldOutLoss(ImageBatch clean, float[] noise, double[] sigmas, int bins) {
    this.clean = clean;
    this.noise = noise;
    this.sigmas = sigmas;
    this.bins = bins;
  }

  /**
   * Draws noisy images. Of a small data set, images are taken several times, each with noise of its
   * own.
   *
   * @param heldOut images that no network is trained on
   * @param strata distribution of noise levels
   * @param count noisy images, a multiple of the bins
   * @param seed of the choice of images, levels and noise
   */
  public static HeldOutLoss of(ImageDataset heldOut, NoiseStrata strata, int count, long seed) {
    int bins = strata.bins();
    if (count < 2 * bins || count % bins != 0) {
      throw new IllegalArgumentException(
          "the held-out loss needs a multiple of %d noisy images, at least 2 a bin, but got %d"
              .formatted(bins, count));
    }
    SplittableRandom random = new SplittableRandom(seed);
    ImageBatch clean = heldOut.read(choice(heldOut.count(), count, random));
    double[] sigmas = new double[count];
    int inBin = count / bins;
    for (int i = 0; i < count; i++) {
      double jitter = Math.max(random.nextDouble(), Double.MIN_NORMAL);
      int nth = i / bins;
      sigmas[i] = strata.sigma(i % bins, (nth + jitter) / inBin);
    }
    float[] noise = new float[clean.pixels().length];
    for (int k = 0; k < noise.length; k++) {
      noise[k] = (float) random.nextGaussian();
    }
    return new HeldOutLoss(clean, noise, sigmas, bins);
  }

  /** Returns a random order of the images, over and over until there are enough. */
  private static int[] choice(int available, int count, SplittableRandom random) {
    int[] chosen = new int[count];
    int[] order = new int[available];
    for (int i = 0; i < count; i++) {
      int at = i % available;
      if (at == 0) {
        shuffle(order, random);
      }
      chosen[i] = order[at];
    }
    return chosen;
  }

  private static void shuffle(int[] order, SplittableRandom random) {
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
  }

  /** Returns the network evaluations of a measurement. */
  public int evaluations() {
    return sigmas.length;
  }

  /**
   * Measures a network.
   *
   * @param denoiser the network, with averaged weights and without guidance
   * @param classes that it is told of; 0 for an unconditional one
   * @param batch images denoised at once; changes the result by rounding alone
   * @throws Edm2SearchException if it denoises to what is not finite
   */
  public DenoisingLoss of(Denoiser denoiser, int classes, int batch) {
    return of(denoiser, classes, batch, done -> {});
  }

  /**
   * Measures a network.
   *
   * @param progress told of images after each batch
   */
  public DenoisingLoss of(Denoiser denoiser, int classes, int batch, LongConsumer progress) {
    double[] losses = new double[sigmas.length];
    for (int first = 0; first < losses.length; first += batch) {
      int count = Math.min(batch, losses.length - first);
      measure(denoiser, classes, first, count, losses);
      progress.accept(first + count);
    }
    return new DenoisingLoss(losses, bins);
  }

  private void measure(Denoiser denoiser, int classes, int first, int count, double[] losses) {
    int size = clean.imageSize();
    float[] noisy = new float[count * size];
    for (int k = 0; k < noisy.length; k++) {
      int at = first * size + k;
      noisy[k] = (float) (clean.pixels()[at] + sigmas[first + k / size] * noise[at]);
    }
    float[] levels = new float[count];
    for (int i = 0; i < count; i++) {
      levels[i] = (float) sigmas[first + i];
    }
    try (INDArray images = array(noisy, count, clean.channels(), clean.height(), clean.width());
        INDArray sigma = array(levels, count);
        INDArray labels =
            classes == 0 ? null : array(oneHot(classes, first, count), count, classes)) {
      INDArray denoised = denoiser.denoise(images, sigma, labels);
      float[] values = denoised.dup('c').reshape(denoised.length()).toFloatVector();
      for (int i = 0; i < count; i++) {
        losses[first + i] = loss(first + i, Arrays.copyOfRange(values, i * size, (i + 1) * size));
      }
    }
  }

  private static INDArray array(float[] values, long... shape) {
    INDArray array = Nd4j.create(DataType.FLOAT, shape);
    HostView.write(array, values);
    return array;
  }

  private float[] oneHot(int classes, int first, int count) {
    float[] values = new float[count * classes];
    for (int i = 0; i < count; i++) {
      int label = clean.labels()[first + i];
      if (label >= 0) {
        values[i * classes + label] = 1;
      }
    }
    return values;
  }

  private double loss(int image, float[] denoised) {
    double squares = 0;
    for (int k = 0; k < denoised.length; k++) {
      double error = denoised[k] - clean.pixels()[image * denoised.length + k];
      squares += error * error;
    }
    double loss = Preconditioning.of(sigmas[image]).lossWeight() * squares / denoised.length;
    if (!Double.isFinite(loss)) {
      throw new Edm2SearchException(
          "the network's loss on held-out image %d at σ = %.4g is %s, which is not finite"
              .formatted(image, sigmas[image], loss));
    }
    return loss;
  }
}
