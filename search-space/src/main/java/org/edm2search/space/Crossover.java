package org.edm2search.space;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Takes each locus from one of two parents (uniform crossover).
 *
 * @param firstProbability chance that a locus comes from the first parent, between 0 and 1
 */
public record Crossover(double firstProbability) {

  /** Both parents contribute equally. */
  public static final Crossover EVEN = new Crossover(0.5);

  public Crossover {
    if (!(firstProbability >= 0 && firstProbability <= 1)) {
      throw new IllegalArgumentException(
          "firstProbability must be between 0 and 1, but is " + firstProbability);
    }
  }

  /** Returns a child of two genotypes of the same space. */
  public Genotype cross(
      SearchSpace space, Genotype first, Genotype second, RandomGenerator random) {
    List<Integer> alleles = new ArrayList<>();
    for (int locus = 0; locus < space.loci().size(); locus++) {
      Genotype parent = random.nextDouble() < firstProbability ? first : second;
      alleles.add(parent.alleles().get(locus));
    }
    return space.genotype(alleles);
  }
}
