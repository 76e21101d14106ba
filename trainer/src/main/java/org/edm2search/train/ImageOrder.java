package org.edm2search.train;

import java.util.SplittableRandom;

/**
 * The order in which images are trained on: a fresh permutation every epoch, a function of seed and
 * position alone, so that a resumed run goes on exactly where it was.
 */
final class ImageOrder {

  private final int count;
  private final long seed;
  private final int[] permutation;
  private long epoch = -1;

  /** Orders {@code count} images. */
  public ImageOrder(int count, long seed) {
    this.count = count;
    this.seed = seed;
    permutation = new int[count];
  }

  /** Returns the images at the positions from {@code position} on, over all epochs. */
  public int[] next(long position, int length) {
    int[] indices = new int[length];
    for (int i = 0; i < length; i++) {
      long at = position + i;
      enter(at / count);
      indices[i] = permutation[(int) (at % count)];
    }
    return indices;
  }

  private void enter(long wanted) {
    if (wanted == epoch) {
      return;
    }
    epoch = wanted;
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + wanted);
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      permutation[i] = permutation[j];
      permutation[j] = i;
    }
  }
}
