package org.edm2search.space;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BlockSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.BranchKind;
import org.edm2search.space.architecture.BranchSpec;
import org.edm2search.space.architecture.UNetLayout;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.cost.CostModel;
import org.edm2search.space.yaml.ArchitectureYaml;
import org.edm2search.space.yaml.Section;

/**
 * Everything a campaign may propose: a seed architecture, the genes that may differ from it, and
 * the constraints a candidate must meet. The seed is always a point of the space. Immutable and
 * thread-safe.
 */
public final class SearchSpace {

  private final ArchitectureSpec seed;
  private final List<BlockSpec> blocks;
  private final List<Gene> genes;
  private final List<Constraint> constraints;
  private final List<Locus> loci;
  private final List<List<Integer>> lociOfBlock;
  private final Genotype seedGenotype;
  private final Cost seedCost;

  /**
   * Creates a space.
   *
   * @param seed where the search starts; all its branches separable
   * @param genes at most one for each trait
   * @throws IllegalArgumentException if there is no gene or the seed is not a point of the space
   */
  public SearchSpace(ArchitectureSpec seed, List<Gene> genes, List<Constraint> constraints) {
    this.seed = seed.canonical();
    this.blocks = UNetLayout.of(this.seed).blocks();
    this.genes = List.copyOf(genes);
    this.constraints = List.copyOf(constraints);
    if (genes.isEmpty()) {
      throw new IllegalArgumentException("a search space needs at least one gene");
    }
    Set<BranchTrait> traits = genes.stream().map(Gene::trait).collect(Collectors.toSet());
    if (traits.size() < genes.size()) {
      throw new IllegalArgumentException("a search space has at most one gene for each trait");
    }
    for (BlockSpec block : blocks) {
      if (this.seed.branches().branchOf(block).kind() != BranchKind.SEPARABLE) {
        throw new IllegalArgumentException(
            "genes describe separable branches, but the seed's at %s is not one"
                .formatted(block.name()));
      }
    }
    this.loci =
        this.genes.stream()
            .flatMap(
                gene ->
                    gene.scope().selectors(blocks).stream()
                        .map(selector -> new Locus(gene, selector)))
            .toList();
    this.lociOfBlock =
        blocks.stream()
            .map(
                block ->
                    IntStream.range(0, loci.size())
                        .filter(locus -> loci.get(locus).selects(block))
                        .boxed()
                        .toList())
            .toList();
    this.seedGenotype = genotype(loci.stream().map(this::seedAllele).toList());
    this.seedCost = CostModel.of(this.seed);
  }

  private int seedAllele(Locus locus) {
    Gene gene = locus.gene();
    Set<Optional<String>> values =
        blocks.stream()
            .filter(locus::selects)
            .map(block -> gene.trait().of(seed.branches().branchOf(block)))
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

  /**
   * Reads a campaign's {@code space} section and rejects unknown keys.
   *
   * @param seed the seed architecture, from the sections {@code network} and {@code data}
   */
  public static SearchSpace read(Section section, ArchitectureSpec seed) {
    return SearchSpaceYaml.read(section, seed);
  }

  /** Returns the seed architecture, in canonical form. */
  public ArchitectureSpec seed() {
    return seed;
  }

  /** Returns what the seed architecture costs. */
  public Cost seedCost() {
    return seedCost;
  }

  /** Returns the genes, in the declared order. */
  public List<Gene> genes() {
    return genes;
  }

  /** Returns the constraints. */
  public List<Constraint> constraints() {
    return constraints;
  }

  /** Returns the positions of a genotype: each gene at each place of its scope. */
  public List<Locus> loci() {
    return loci;
  }

  /** Returns the number of genotypes. Some may mean the same network. */
  public BigInteger size() {
    return loci.stream()
        .map(locus -> BigInteger.valueOf(locus.alleles().size()))
        .reduce(BigInteger.ONE, BigInteger::multiply);
  }

  /** Returns the genotype of the seed. */
  public Genotype seedGenotype() {
    return seedGenotype;
  }

  /**
   * Returns a genotype.
   *
   * @param alleles index of the chosen allele at each locus
   * @throws IllegalArgumentException if there are too few or many, or an index does not exist
   */
  public Genotype genotype(List<Integer> alleles) {
    if (alleles.size() != loci.size()) {
      throw new IllegalArgumentException(
          "a genotype has %d alleles here, but %d are given"
              .formatted(loci.size(), alleles.size()));
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < alleles.size(); i++) {
      Locus locus = loci.get(i);
      int allele = alleles.get(i);
      if (allele < 0 || allele >= locus.alleles().size()) {
        throw new IllegalArgumentException(
            "%s has alleles 0 to %d, but %d is given"
                .formatted(locus.name(), locus.alleles().size() - 1, allele));
      }
      text.append(i == 0 ? "" : " ").append(locus.name()).append('=');
      text.append(locus.alleles().get(allele));
    }
    return new Genotype(alleles, text.toString(), ArchitectureYaml.id(decode(alleles)));
  }

  /**
   * Reads {@link Genotype#text()}; the order of the words does not matter.
   *
   * @throws IllegalArgumentException if a locus is missing, given twice or unknown, or a value is
   *     not one of its alleles
   */
  public Genotype parse(String text) {
    Map<String, String> values = new HashMap<>();
    for (String word : text.strip().split("\\s+")) {
      String[] parts = word.split("=", 2);
      if (parts.length != 2 || values.put(parts[0], parts[1]) != null) {
        throw new IllegalArgumentException(
            "a genotype is words such as kernel@enc=3, each locus once, but has '%s'"
                .formatted(word));
      }
    }
    List<Integer> alleles = new ArrayList<>();
    for (Locus locus : loci) {
      String value = values.remove(locus.name());
      int allele = value == null ? -1 : locus.alleles().indexOf(value);
      if (allele < 0) {
        throw new IllegalArgumentException(
            "%s must be one of %s, but is %s"
                .formatted(
                    locus.name(),
                    String.join(" ", locus.alleles()),
                    value == null ? "missing" : "'" + value + "'"));
      }
      alleles.add(allele);
    }
    if (!values.isEmpty()) {
      throw new IllegalArgumentException(
          "this space has no locus '%s'".formatted(values.keySet().iterator().next()));
    }
    return genotype(alleles);
  }

  /** Draws a genotype, each allele of a locus equally likely. */
  public Genotype random(RandomGenerator random) {
    return genotype(loci.stream().map(locus -> random.nextInt(locus.alleles().size())).toList());
  }

  /** Returns the network a genotype means, in canonical form. */
  public ArchitectureSpec decode(Genotype genotype) {
    return decode(genotype.alleles());
  }

  private ArchitectureSpec decode(List<Integer> alleles) {
    Map<String, BranchSpec> branches = new LinkedHashMap<>();
    for (int i = 0; i < blocks.size(); i++) {
      BlockSpec block = blocks.get(i);
      BranchTrait.Choices choices = new BranchTrait.Choices(seed.branches().branchOf(block));
      for (int index : lociOfBlock.get(i)) {
        Locus locus = loci.get(index);
        locus.gene().trait().apply(locus.alleles().get(alleles.get(index)), choices);
      }
      branches.put(block.name(), choices.branch());
    }
    BranchAssignment assignment = new BranchAssignment(seed.branches().base(), branches);
    return seed.withBranches(assignment.canonical(blocks));
  }

  /** Returns the reason why a candidate is not allowed, or nothing if it is. */
  public Optional<String> violation(ArchitectureSpec architecture, Cost cost) {
    return constraints.stream()
        .flatMap(constraint -> constraint.violation(architecture, cost).stream())
        .findFirst();
  }

  /** Returns the reason why a genotype's network is not allowed, or nothing if it is. */
  public Optional<String> violation(Genotype genotype) {
    ArchitectureSpec architecture = decode(genotype);
    return violation(architecture, CostModel.of(architecture));
  }

  /**
   * Returns the cheapest network found by choosing the cheapest allele of each locus until no
   * single change is cheaper. Costs of different loci hardly interact, so this is the minimum in
   * practice.
   */
  Cost cheapest(Constraint.Quantity quantity) {
    List<Integer> alleles = new ArrayList<>(seedGenotype.alleles());
    Cost least = seedCost;
    boolean improved = true;
    while (improved) {
      improved = false;
      for (int locus = 0; locus < loci.size(); locus++) {
        for (int allele = 0; allele < loci.get(locus).alleles().size(); allele++) {
          int before = alleles.set(locus, allele);
          Cost cost = CostModel.of(decode(alleles));
          if (quantity.of(cost) < quantity.of(least)) {
            least = cost;
            improved = true;
          } else {
            alleles.set(locus, before);
          }
        }
      }
    }
    return least;
  }
}
