package org.edm2search.bench.table;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.edm2search.space.BranchTrait;
import org.edm2search.space.Gene;
import org.edm2search.space.Genotype;
import org.edm2search.space.Scope;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.architecture.ArchitectureSpec;

/** Every combination of the genes of one branch for the whole network: 168 architectures. */
final class CandidateGrid {

  private static final long ORDER = 10;

  private final SearchSpace space;

  /** Varies a network of G* branches. */
  CandidateGrid(ArchitectureSpec seed) {
    space =
        new SearchSpace(
            seed,
            List.of(
                gene(BranchTrait.KERNEL, "3", "5", "7"),
                gene(BranchTrait.EXPANSION, "2", "3", "4", "6"),
                gene(
                    BranchTrait.DEPTHWISE,
                    "in",
                    "mid",
                    "out",
                    "in,mid",
                    "in,out",
                    "mid,out",
                    "in,mid,out"),
                gene(BranchTrait.EMBEDDING, "wide", "narrow")),
            List.of());
  }

  private static Gene gene(BranchTrait trait, String... alleles) {
    return new Gene(trait, Scope.GLOBAL, List.of(alleles));
  }

  /** Returns the space whose points these are. */
  SearchSpace space() {
    return space;
  }

  /**
   * Returns all of them: the seed architecture, then the others in a fixed random order, so that
   * the first so many are a random choice.
   */
  List<Genotype> inOrder() {
    List<Genotype> all = new ArrayList<>();
    collect(new ArrayList<>(), all);
    Collections.shuffle(all, new Random(ORDER));
    all.remove(space.seedGenotype());
    all.add(0, space.seedGenotype());
    return all;
  }

  private void collect(List<Integer> alleles, List<Genotype> all) {
    if (alleles.size() == space.loci().size()) {
      all.add(space.genotype(alleles));
      return;
    }
    for (int allele = 0; allele < space.loci().get(alleles.size()).alleles().size(); allele++) {
      alleles.add(allele);
      collect(alleles, all);
      alleles.remove(alleles.size() - 1);
    }
  }
}
