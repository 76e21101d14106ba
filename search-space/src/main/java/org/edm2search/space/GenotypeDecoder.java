package org.edm2search.space;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BlockSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.BranchKind;
import org.edm2search.space.architecture.BranchSpec;
import org.edm2search.space.architecture.UNetLayout;

/**
 * What the alleles at each locus make of the seed architecture. Genotypes are decoded against the
 * deepest network of the space, of which every other one has a part of the blocks. Immutable.
 */
final class GenotypeDecoder {

  private final ArchitectureSpec seed;
  private final List<Gene> genes;
  private final List<Integer> levels;
  private final List<Integer> deepest;
  private final List<BlockSpec> blocks;
  private final List<Locus> loci;
  private final Map<String, List<Integer>> lociOfBlock = new HashMap<>();
  private final List<Integer> seedAlleles;

  /**
   * Creates a decoder.
   *
   * @param seed in canonical form
   * @throws IllegalArgumentException if the seed is not a point of the space
   */
  GenotypeDecoder(ArchitectureSpec seed, List<Gene> genes) {
    this.seed = seed;
    this.genes = genes;
    this.levels =
        IntStream.range(0, seed.channelMult().size())
            .map(level -> seed.imgResolution() >> level)
            .boxed()
            .toList();
    ArchitectureSpec deepestNetwork = deepest();
    this.deepest = deepestNetwork.numBlocks();
    this.blocks = UNetLayout.of(deepestNetwork).blocks();
    if (genes.stream().anyMatch(gene -> gene.trait() instanceof BranchTrait)) {
      requireSeparable();
    }
    this.loci =
        genes.stream()
            .flatMap(gene -> selectors(gene).map(selector -> new Locus(gene, selector)))
            .toList();
    for (BlockSpec block : blocks) {
      lociOfBlock.put(
          block.name(),
          IntStream.range(0, loci.size())
              .filter(locus -> loci.get(locus).selects(block))
              .boxed()
              .toList());
    }
    this.seedAlleles = loci.stream().map(this::seedAllele).toList();
    requireNetworks();
  }

  /** Returns the positions of a genotype: each gene at each place of its scope. */
  List<Locus> loci() {
    return loci;
  }

  /** Returns the allele of the seed architecture at each locus. */
  List<Integer> seedAlleles() {
    return seedAlleles;
  }

  /** Returns the network that alleles mean, in canonical form. */
  ArchitectureSpec decode(List<Integer> alleles) {
    ArchitectureSpec network = network(alleles);
    List<BlockSpec> actual =
        network.numBlocks().equals(deepest) ? blocks : UNetLayout.of(network).blocks();
    Map<String, BranchSpec> branches = new LinkedHashMap<>();
    for (BlockSpec block : actual) {
      BranchSpec before = seed.branches().branchOf(block);
      List<Integer> choosing = lociOfBlock.getOrDefault(block.name(), List.of());
      if (choosing.isEmpty()) {
        branches.put(block.name(), before);
        continue;
      }
      BranchTrait.Choices choices = new BranchTrait.Choices(before);
      for (int index : choosing) {
        Locus locus = loci.get(index);
        ((BranchTrait) locus.gene().trait())
            .apply(locus.alleles().get(alleles.get(index)), choices);
      }
      branches.put(block.name(), choices.branch());
    }
    return network.withBranches(new BranchAssignment(seed.branches().base(), branches)).canonical();
  }

  /**
   * Gives loci of blocks that the network does not have the seed's allele, so that genotypes that
   * differ only there are one.
   */
  List<Integer> active(List<Integer> alleles) {
    ArchitectureSpec network = network(alleles);
    if (network.numBlocks().equals(deepest)) {
      return List.copyOf(alleles);
    }
    Set<Integer> used = new HashSet<>();
    for (BlockSpec block : UNetLayout.of(network).blocks()) {
      used.addAll(lociOfBlock.getOrDefault(block.name(), List.of()));
    }
    List<Integer> active = new ArrayList<>(alleles);
    for (int locus = 0; locus < active.size(); locus++) {
      if (loci.get(locus).gene().trait() instanceof BranchTrait && !used.contains(locus)) {
        active.set(locus, seedAlleles.get(locus));
      }
    }
    return active;
  }

  /** Applies the genes of the network, and none of the branches'. */
  private ArchitectureSpec network(List<Integer> alleles) {
    NetworkTrait.Choices choices = new NetworkTrait.Choices(seed);
    for (int index = 0; index < loci.size(); index++) {
      Locus locus = loci.get(index);
      if (locus.gene().trait() instanceof NetworkTrait trait) {
        for (int level = 0; level < levels.size(); level++) {
          if (locus.selectsLevel(levels.get(level))) {
            trait.apply(locus.alleles().get(alleles.get(index)), level, choices);
          }
        }
      }
    }
    return choices.network();
  }

  /** The seed with as many blocks as any candidate may have. */
  private ArchitectureSpec deepest() {
    NetworkTrait.Choices choices = new NetworkTrait.Choices(seed);
    genes.stream()
        .filter(gene -> gene.trait() == NetworkTrait.NUM_BLOCKS)
        .flatMap(gene -> gene.alleles().stream())
        .max(Comparator.comparingInt(Integer::parseInt))
        .ifPresent(
            most ->
                IntStream.range(0, levels.size())
                    .forEach(level -> NetworkTrait.NUM_BLOCKS.apply(most, level, choices)));
    return choices.network();
  }

  private void requireSeparable() {
    for (BlockSpec block : blocks) {
      if (seed.branches().branchOf(block).kind() != BranchKind.SEPARABLE) {
        throw new IllegalArgumentException(
            "genes describe separable branches, but the seed's at %s is not one"
                .formatted(block.name()));
      }
    }
  }

  private Stream<String> selectors(Gene gene) {
    if (gene.scope() == Scope.GLOBAL) {
      return Stream.of(Scope.EVERYWHERE);
    }
    return gene.trait() instanceof BranchTrait
        ? gene.scope().selectors(blocks).stream()
        : levels.stream().map(Locus::levelSelector);
  }

  /** Each width must go with attention, wherever a candidate may have both. */
  private void requireNetworks() {
    for (int locus = 0; locus < loci.size(); locus++) {
      if (loci.get(locus).gene().trait() instanceof NetworkTrait) {
        for (int allele = 0; allele < loci.get(locus).alleles().size(); allele++) {
          List<Integer> alleles = new ArrayList<>(seedAlleles);
          for (int other = 0; other < loci.size(); other++) {
            if (loci.get(other).gene().trait() == NetworkTrait.ATTENTION) {
              alleles.set(other, Math.max(0, loci.get(other).alleles().indexOf("true")));
            }
          }
          alleles.set(locus, allele);
          network(alleles);
        }
      }
    }
  }

  private int seedAllele(Locus locus) {
    Gene gene = locus.gene();
    Set<Optional<String>> values =
        gene.trait() instanceof BranchTrait branchTrait
            ? blocks.stream()
                .filter(locus::selects)
                .map(block -> branchTrait.of(seed.branches().branchOf(block)))
                .collect(Collectors.toSet())
            : IntStream.range(0, levels.size())
                .filter(level -> locus.selectsLevel(levels.get(level)))
                .mapToObj(level -> Optional.of(((NetworkTrait) gene.trait()).of(seed, level)))
                .collect(Collectors.toSet());
    Optional<String> value = values.size() == 1 ? values.iterator().next() : Optional.empty();
    String name = value.orElseThrow(() -> seedVaries(locus));
    int allele = gene.alleles().indexOf(name);
    if (allele < 0) {
      throw new IllegalArgumentException(
          "must include the seed's own value %s, because the seed is always searched; has %s"
              .formatted(name, String.join(" ", gene.alleles())));
    }
    return allele;
  }

  private static IllegalArgumentException seedVaries(Locus locus) {
    return new IllegalArgumentException(
        "the seed has several values of %s within one %s choice; use a narrower scope"
            .formatted(locus.gene().name(), locus.gene().scope().text()));
  }
}
