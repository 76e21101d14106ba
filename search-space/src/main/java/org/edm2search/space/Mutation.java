package org.edm2search.space;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Changes each locus with a probability, to any other of its alleles. At least one locus changes
 * wherever the space has a choice.
 *
 * @param probability chance of each locus, between 0 and 1
 */
public record Mutation(double probability) {

  public Mutation {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "probability must be between 0 and 1, but is " + probability);
    }
  }

  /** Returns a changed copy. */
  public Genotype mutate(SearchSpace space, Genotype genotype, RandomGenerator random) {
    List<Locus> loci = space.loci();
    List<Integer> open = new ArrayList<>();
    for (int locus = 0; locus < loci.size(); locus++) {
      if (loci.get(locus).alleles().size() > 1) {
        open.add(locus);
      }
    }
    if (open.isEmpty()) {
      return genotype;
    }
    List<Integer> alleles = new ArrayList<>(genotype.alleles());
    boolean changed = false;
    for (int locus : open) {
      if (random.nextDouble() < probability) {
        change(alleles, locus, loci, random);
        changed = true;
      }
    }
    if (!changed) {
      change(alleles, open.get(random.nextInt(open.size())), loci, random);
    }
    return space.genotype(alleles);
  }

  private static void change(
      List<Integer> alleles, int locus, List<Locus> loci, RandomGenerator random) {
    int others = loci.get(locus).alleles().size() - 1;
    int step = 1 + random.nextInt(others);
    alleles.set(locus, (alleles.get(locus) + step) % (others + 1));
  }
}
