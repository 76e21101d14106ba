package org.edm2search.eval;

import java.util.List;
import org.edm2search.space.CanonicalKeys;
import org.edm2search.space.yaml.Section;

/**
 * Which images a protocol draws.
 *
 * @param count of images
 * @param seed of latents and labels; image i uses seed + i
 * @param labels how their classes are drawn
 */
public record SampleSet(int count, long seed, LabelDistribution labels) {

  /** Most images drawn for a score. */
  public static final int MOST = 1_000_000;

  public SampleSet {
    if (count < 2 || count > MOST) {
      throw new IllegalArgumentException(
          "must be between 2 and %d, but is %d".formatted(MOST, count));
    }
  }

  static SampleSet read(Section section) {
    int count = section.integer("samples", 1000);
    long seed = section.longInteger("seed", 0);
    LabelDistribution labels =
        section.oneOf("labels", List.of("data", "uniform"), "data").equals("data")
            ? LabelDistribution.DATA
            : LabelDistribution.UNIFORM;
    try {
      return new SampleSet(count, seed, labels);
    } catch (IllegalArgumentException e) {
      throw section.error("samples", e.getMessage());
    }
  }

  /** Returns as many images from another seed. */
  public SampleSet withSeed(long other) {
    return new SampleSet(count, other, labels);
  }

  /** Returns another number of images from the same seed. */
  public SampleSet withCount(int other) {
    return new SampleSet(other, seed, labels);
  }

  /** Returns the same with labels as in data with so many images of each class. */
  SampleSet on(long... classCounts) {
    return new SampleSet(count, seed, labels.on(classCounts));
  }

  void addTo(CanonicalKeys keys) {
    keys.put("samples", count).put("seed", seed).put("labels", labels.key());
  }

  @Override
  public String toString() {
    return "seeds %d to %d, %s".formatted(seed, seed + count - 1, labels);
  }
}
