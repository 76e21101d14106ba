package org.edm2search.eval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.edm2search.data.ImageDataset;
import org.edm2search.space.base.Edm2SearchException;

/**
 * Real images in the place of samples: of the same classes, drawn at random.
 *
 * @param indices of the images
 * @param repeated how many of these are there again, because a class has too few held-out images
 */
record HeldOutDraw(int[] indices, int repeated) {

  /**
   * Draws images outside the reference.
   *
   * @param heldOut images to draw from
   * @param classes names of the samples' classes; empty for unconditional networks
   * @param labels of the samples
   * @param seed of the draw
   * @throws Edm2SearchException if there are too few images, or none of a class
   */
  static HeldOutDraw of(ImageDataset heldOut, List<String> classes, int[] labels, long seed) {
    Random random = new Random(seed);
    if (classes.isEmpty() || heldOut.classes().isEmpty()) {
      if (heldOut.count() < labels.length) {
        throw new Edm2SearchException(
            "the floor of %d samples needs as many held-out images, but there are %d"
                .formatted(labels.length, heldOut.count()));
      }
      List<Integer> all = shuffled(IntStream.range(0, heldOut.count()).boxed().toList(), random);
      return new HeldOutDraw(
          all.stream().limit(labels.length).mapToInt(Integer::intValue).toArray(), 0);
    }
    Map<String, List<Integer>> images = byClass(heldOut);
    Map<String, Integer> taken = new HashMap<>();
    images.replaceAll((name, indices) -> shuffled(indices, random));
    int[] drawn = new int[labels.length];
    int repeated = 0;
    for (int i = 0; i < labels.length; i++) {
      String name = classes.get(labels[i]);
      List<Integer> choice = images.get(name);
      if (choice == null) {
        throw new Edm2SearchException(
            "the floor needs held-out images of class '%s', but %s has none"
                .formatted(name, heldOut.name()));
      }
      int number = taken.merge(name, 1, Integer::sum) - 1;
      drawn[i] = choice.get(number % choice.size());
      repeated += number < choice.size() ? 0 : 1;
    }
    return new HeldOutDraw(drawn, repeated);
  }

  private static Map<String, List<Integer>> byClass(ImageDataset heldOut) {
    Map<String, List<Integer>> images = new HashMap<>();
    int[] labels = heldOut.labels();
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] >= 0) {
        images.computeIfAbsent(heldOut.classes().get(labels[i]), name -> new ArrayList<>()).add(i);
      }
    }
    return images;
  }

  private static List<Integer> shuffled(List<Integer> values, Random random) {
    List<Integer> order = new ArrayList<>(values);
    Collections.shuffle(order, random);
    return order;
  }
}
