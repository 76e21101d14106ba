package org.edm2search.eval.loss;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.edm2search.eval.fid.Estimate;
import org.edm2search.space.base.StratifiedMean;

/**
 * A network's losses on fixed noisy images. Those of two networks on the same images are paired:
 * their difference is known far better than each. Immutable.
 */
public final class DenoisingLoss {

  private final double[] losses;
  private final int bins;

  /**
   * Creates the losses of a network.
   *
   * @param losses of each noisy image; image i is of noise bin i mod {@code bins}
   * @param bins number of noise bins
   * @throws IllegalArgumentException if the bins have not the same number of images, at least 2
   */
  public DenoisingLoss(double[] losses, int bins) {
    if (bins < 1 || losses.length % bins != 0 || losses.length / bins < 2) {
      throw new IllegalArgumentException(
          "%d losses in %d bins: every bin needs the same number of images, at least 2"
              .formatted(losses.length, bins));
    }
    this.losses = losses.clone();
    this.bins = bins;
  }

  /** Returns the loss of each noisy image. */
  public double[] perImage() {
    return losses.clone();
  }

  /** Returns the mean over all images, with its standard error over draws within the bins. */
  public Estimate mean() {
    StratifiedMean mean = StratifiedMean.of(losses, bins);
    return new Estimate(mean.value(), mean.standardError());
  }

  /** Returns the mean of each noise bin, lowest levels first. */
  public List<Double> binMeans() {
    return IntStream.range(0, bins).mapToObj(this::binMean).toList();
  }

  private double binMean(int bin) {
    return StratifiedMean.mean(losses, bin, bins);
  }

  /**
   * Returns these losses less another network's, image by image; the mean of the differences has
   * the standard error of the paired comparison.
   *
   * @throws IllegalArgumentException if they are of other images
   */
  public DenoisingLoss minus(DenoisingLoss other) {
    if (other.bins != bins || other.losses.length != losses.length) {
      throw new IllegalArgumentException(
          "losses of %d images in %d bins cannot be paired with %d in %d"
              .formatted(losses.length, bins, other.losses.length, other.bins));
    }
    double[] differences = new double[losses.length];
    Arrays.setAll(differences, i -> losses[i] - other.losses[i]);
    return new DenoisingLoss(differences, bins);
  }
}
