package org.edm2search.eval;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.edm2search.space.base.Sha256;

/**
 * How the classes of samples are drawn. A data set whose classes are equally frequent is drawn from
 * uniformly: the labels of a seed are the same with either choice.
 *
 * @param ofData whether the classes are to be as frequent as in the data; without, or before the
 *     data is known, they are drawn uniformly
 * @param counts images of each class; empty to draw uniformly
 */
public record LabelDistribution(boolean ofData, List<Long> counts) {

  /** All classes are equally likely, as in the paper's evaluations. */
  public static final LabelDistribution UNIFORM = new LabelDistribution(false, List.of());

  /** Classes are as likely as in data that is to be named by {@link #on}. */
  public static final LabelDistribution DATA = new LabelDistribution(true, List.of());

  private static final int DIGEST_SHOWN = 8;

  public LabelDistribution {
    counts = List.copyOf(counts);
    if (counts.stream().anyMatch(count -> count < 0)
        || !counts.isEmpty() && counts.stream().allMatch(count -> count == 0)) {
      throw new IllegalArgumentException("a class has at least 0 images, and some class has one");
    }
  }

  /** Returns this distribution on data with so many images of each class. */
  public LabelDistribution on(long... classCounts) {
    boolean even = LongStream.of(classCounts).distinct().count() <= 1;
    return ofData
        ? new LabelDistribution(
            true, even ? List.of() : LongStream.of(classCounts).boxed().toList())
        : this;
  }

  /** Returns whether all classes are equally likely. */
  public boolean isUniform() {
    return counts.isEmpty();
  }

  /** Draws one of some classes. */
  int draw(RandomGenerator random, int classes) {
    if (isUniform()) {
      return random.nextInt(classes);
    }
    if (classes != counts.size()) {
      throw new IllegalArgumentException(
          "labels of %d classes cannot be drawn from the frequencies of %d"
              .formatted(classes, counts.size()));
    }
    long left = random.nextLong(counts.stream().mapToLong(Long::longValue).sum());
    int label = 0;
    while (left >= counts.get(label)) {
      left -= counts.get(label);
      label++;
    }
    return label;
  }

  /** Returns what tells this distribution from others: {@code uniform}, or the frequencies. */
  public String key() {
    return isUniform()
        ? "uniform"
        : "frequencies " + counts.stream().map(Object::toString).collect(Collectors.joining(","));
  }

  /** Returns a description, such as {@code uniform labels}. */
  @Override
  public String toString() {
    return isUniform()
        ? "uniform labels"
        : "labels as frequent as in the data (%s)"
            .formatted(new Sha256().add(key()).hex().substring(0, DIGEST_SHOWN));
  }
}
