package org.edm2search.eval;

import org.edm2search.space.CanonicalKeys;
import org.edm2search.space.yaml.Section;

/**
 * Which images a protocol draws.
 *
 * @param count of images
 * @param seed of latents and labels; image i uses seed + i
 */
public record SampleSet(int count, long seed) {

  /** Most images drawn for a score. */
  public static final int MOST = 1_000_000;

  public SampleSet {
    if (count < 2 || count > MOST) {
      throw new IllegalArgumentException("must be between 2 and " + MOST);
    }
  }

  static SampleSet read(Section section) {
    int count = section.integer("samples", 1000);
    long seed = section.longInteger("seed", 0);
    try {
      return new SampleSet(count, seed);
    } catch (IllegalArgumentException e) {
      throw section.error("samples", e.getMessage());
    }
  }

  /** Returns as many images from another seed. */
  public SampleSet withSeed(long other) {
    return new SampleSet(count, other);
  }

  /** Returns another number of images from the same seed. */
  public SampleSet withCount(int other) {
    return new SampleSet(other, seed);
  }

  void addTo(CanonicalKeys keys) {
    keys.put("samples", count).put("seed", seed).put("labels", "uniform");
  }

  @Override
  public String toString() {
    return "seeds %d to %d, uniform labels".formatted(seed, seed + count - 1);
  }
}
