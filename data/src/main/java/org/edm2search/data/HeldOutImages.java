package org.edm2search.data;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A data set without some images, and those images: networks are trained on the one and compared by
 * their loss on the other.
 *
 * @param training what networks are trained on and compared with
 * @param heldOut what no network is trained on
 */
public record HeldOutImages(ImageDataset training, ImageDataset heldOut) {

  /** Most images that are set aside: as many as a held-out loss has noisy images. */
  private static final int MOST = 2048;

  /** The same images for every campaign on a data set, so that their scores compare. */
  private static final long SEED = 0x48656C644F7574L;

  /**
   * Sets a share of each class aside, and of the images without one; at least one image in all, and
   * at most 2,048.
   *
   * @param share above 0 and below 1
   * @throws InvalidDatasetException if nothing would be left to train on
   */
  public static HeldOutImages of(ImageDataset all, double share) {
    int count = all.count();
    double least = Math.min(share, (double) MOST / count);
    int[] labels = all.labels();
    int[] quota = new int[all.classes().size() + 1];
    Arrays.stream(labels).forEach(label -> quota[label + 1]++);
    Arrays.setAll(quota, group -> (int) Math.floor(quota[group] * least));
    if (Arrays.stream(quota).sum() == 0) {
      int largest = largest(labels, quota.length);
      quota[largest] = 1;
    }
    if (Arrays.stream(quota).sum() >= count) {
      throw new InvalidDatasetException(
          all.name(), "has %d images, too few to hold some out".formatted(count));
    }
    boolean[] heldOut = new boolean[count];
    for (int position : shuffled(count)) {
      int group = labels[position] + 1;
      if (quota[group] > 0) {
        quota[group]--;
        heldOut[position] = true;
      }
    }
    return new HeldOutImages(subset(all, heldOut, false), subset(all, heldOut, true));
  }

  private static int largest(int[] labels, int groups) {
    long[] counts = new long[groups];
    Arrays.stream(labels).forEach(label -> counts[label + 1]++);
    return IntStream.range(0, groups)
        .reduce((best, group) -> counts[group] > counts[best] ? group : best)
        .orElseThrow();
  }

  private static int[] shuffled(int count) {
    SplittableRandom random = new SplittableRandom(SEED);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static ImageDataset subset(ImageDataset all, boolean[] heldOut, boolean wanted) {
    return new ImageSubset(
        all, IntStream.range(0, heldOut.length).filter(i -> heldOut[i] == wanted).toArray());
  }
}
