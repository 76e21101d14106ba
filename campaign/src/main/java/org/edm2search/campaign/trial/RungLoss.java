package org.edm2search.campaign.trial;

import java.util.List;

/**
 * What a candidate showed at a rung: its denoising loss on fixed held-out images, the same for all
 * candidates of a campaign.
 *
 * @param rung index of the rung, 0 the lowest
 * @param images trained images
 * @param loss mean over the held-out images, by averaged weights
 * @param standardError of the mean, over draws of images within the noise bins; differences between
 *     candidates are known better, as all have the same images
 * @param bins mean of each noise bin, lowest levels first
 */
public record RungLoss(
    int rung, long images, double loss, double standardError, List<Double> bins) {

  private static final int MOST_RUNGS = 64;
  private static final int MOST_BINS = 64;

  public RungLoss {
    bins = List.copyOf(bins);
    if (rung < 0 || rung >= MOST_RUNGS || images < 0 || bins.size() > MOST_BINS) {
      throw new IllegalArgumentException(
          "a loss needs a rung of 0 to %d, images of at least 0 and up to %d bins, but has %d, %d and %d"
              .formatted(MOST_RUNGS - 1, MOST_BINS, rung, images, bins.size()));
    }
    if (!Double.isFinite(loss)
        || !(standardError >= 0)
        || !bins.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          "the loss at rung %d must be finite, but is %s ± %s in bins %s"
              .formatted(rung, loss, standardError, bins));
    }
  }
}
