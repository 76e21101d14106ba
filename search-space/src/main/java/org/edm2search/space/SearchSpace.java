package org.edm2search.space;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BlockSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.BranchKind;
import org.edm2search.space.architecture.BranchSpec;
import org.edm2search.space.architecture.UNetLayout;
import org.edm2search.space.constraint.Amounts;
import org.edm2search.space.constraint.Constraint;
import org.edm2search.space.cost.ActivationModel;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.cost.CostModel;
import org.edm2search.space.cost.Expense;
import org.edm2search.space.yaml.ArchitectureYaml;
import org.edm2search.space.yaml.Section;

/**
 * Everything a campaign may propose: a seed architecture, the genes that may differ from it, and
 * the constraints a candidate must meet. The seed is always a point of the space. Immutable and
 * thread-safe.
 */
public final class SearchSpace {

  private static final int MOST_REMEMBERED = 50_000;
  private static final int ANCHOR_DRAWS = 500;

  /** What a network takes, as far as it can be computed. */
  private record Prices(Cost cost, long activationBytes) {}

  private final ArchitectureSpec seed;
  private final List<BlockSpec> blocks;
  private final List<Gene> genes;
  private final List<Constraint> constraints;
  private final List<Locus> loci;
  private final Map<String, List<Integer>> lociOfBlock = new HashMap<>();
  private final List<Integer> levels;
  private final List<Integer> seedAlleles;
  private final List<Integer> deepest;
  private final Genotype seedGenotype;
  private final Cost seedCost;
  private final Optional<LatencyProbe> latency;

  /** What was decoded before, for strategies look at the same points again and again. */
  private final Map<List<Integer>, Genotype> genotypes = new ConcurrentHashMap<>();

  private final Map<String, Prices> prices = new ConcurrentHashMap<>();
  private final AtomicReference<Optional<Genotype>> anchor =
      new AtomicReference<>(Optional.empty());

  /**
   * Creates a space.
   *
   * @param seed where the search starts; all its branches separable if a gene describes branches
   * @param genes at most one for each trait
   * @throws IllegalArgumentException if there is no gene or the seed is not a point of the space
   */
  public SearchSpace(ArchitectureSpec seed, List<Gene> genes, List<Constraint> constraints) {
    this(seed, genes, constraints, Optional.empty());
  }

  private SearchSpace(
      ArchitectureSpec seed,
      List<Gene> genes,
      List<Constraint> constraints,
      Optional<LatencyProbe> latency) {
    this.latency = latency;
    this.seed = seed.canonical();
    this.genes = List.copyOf(genes);
    // What must be measured comes last: nobody measures a candidate that is refused anyway.
    this.constraints =
        constraints.stream()
            .sorted(Comparator.comparing(limit -> limit.expenses().contains(Expense.LATENCY)))
            .toList();
    if (genes.isEmpty()) {
      throw new IllegalArgumentException("a search space needs at least one gene");
    }
    Set<Trait> traits = genes.stream().map(Gene::trait).collect(Collectors.toSet());
    if (traits.size() < genes.size()) {
      throw new IllegalArgumentException("a search space has at most one gene for each trait");
    }
    this.levels =
        IntStream.range(0, this.seed.channelMult().size())
            .map(level -> this.seed.imgResolution() >> level)
            .boxed()
            .toList();
    ArchitectureSpec deepestNetwork = deepest();
    this.deepest = deepestNetwork.numBlocks();
    this.blocks = UNetLayout.of(deepestNetwork).blocks();
    if (traits.stream().anyMatch(BranchTrait.class::isInstance)) {
      requireSeparable();
    }
    this.loci =
        this.genes.stream()
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
    this.seedGenotype = genotype(seedAlleles);
    this.seedCost = CostModel.of(this.seed);
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
    Genotype known = genotypes.get(alleles);
    if (known != null) {
      return known;
    }
    Genotype made = make(alleles);
    if (genotypes.size() < MOST_REMEMBERED) {
      genotypes.put(List.copyOf(alleles), made);
    }
    return made;
  }

  private Genotype make(List<Integer> alleles) {
    for (int i = 0; i < alleles.size(); i++) {
      Locus locus = loci.get(i);
      if (alleles.get(i) < 0 || alleles.get(i) >= locus.alleles().size()) {
        throw new IllegalArgumentException(
            "%s has alleles 0 to %d, but %d is given"
                .formatted(locus.name(), locus.alleles().size() - 1, alleles.get(i)));
      }
    }
    List<Integer> active = active(alleles);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < active.size(); i++) {
      Locus locus = loci.get(i);
      text.append(i == 0 ? "" : " ").append(locus.name()).append('=');
      text.append(locus.alleles().get(active.get(i)));
    }
    return new Genotype(active, text.toString(), () -> ArchitectureYaml.id(decode(active)));
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

  /** Returns the genotypes that differ from one in one locus, locus by locus. */
  public List<Genotype> neighbours(Genotype genotype) {
    List<Genotype> neighbours = new ArrayList<>();
    for (int locus = 0; locus < loci.size(); locus++) {
      for (int allele = 0; allele < loci.get(locus).alleles().size(); allele++) {
        if (allele != genotype.alleles().get(locus)) {
          List<Integer> alleles = new ArrayList<>(genotype.alleles());
          alleles.set(locus, allele);
          neighbours.add(genotype(alleles));
        }
      }
    }
    return neighbours;
  }

  /** Returns the network a genotype means, in canonical form. */
  public ArchitectureSpec decode(Genotype genotype) {
    return decode(genotype.alleles());
  }

  private ArchitectureSpec decode(List<Integer> alleles) {
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

  /**
   * Gives loci of blocks that the network does not have the seed's allele, so that genotypes that
   * differ only there are one.
   */
  private List<Integer> active(List<Integer> alleles) {
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

  /** Returns this space with a way to know the latency of its networks. */
  public SearchSpace withLatency(LatencyProbe probe) {
    return new SearchSpace(seed, genes, constraints, Optional.of(probe));
  }

  /** Returns this space with a further condition. */
  public SearchSpace with(Constraint constraint) {
    return new SearchSpace(
        seed, genes, Stream.concat(constraints.stream(), Stream.of(constraint)).toList(), latency);
  }

  /**
   * Returns what a genotype's network takes.
   *
   * @throws IllegalStateException for the latency, if nobody can measure it
   */
  public double expense(Genotype genotype, Expense expense) {
    return switch (expense) {
      case PARAMETERS -> prices(genotype).cost().parameters();
      case FLOPS -> prices(genotype).cost().multiplyAdds();
      case ACTIVATION_BYTES -> prices(genotype).activationBytes();
      case LATENCY -> latency(decode(genotype));
    };
  }

  /**
   * Returns the milliseconds of one evaluation of a network, measured if it was not before.
   *
   * @throws IllegalStateException if nobody can measure it
   */
  public double latency(ArchitectureSpec network) {
    return latency
        .orElseThrow(() -> new IllegalStateException("nobody can measure the latency here"))
        .milliseconds(network);
  }

  private Prices prices(Genotype genotype) {
    Prices known = prices.get(genotype.id());
    if (known != null) {
      return known;
    }
    UNetLayout layout = UNetLayout.of(decode(genotype));
    Prices priced = new Prices(CostModel.of(layout), ActivationModel.bytes(layout));
    if (prices.size() < MOST_REMEMBERED) {
      prices.put(genotype.id(), priced);
    }
    return priced;
  }

  /** Returns the reason why a genotype's network is not allowed, or nothing if it is. */
  public Optional<String> violation(Genotype genotype) {
    return constraints.stream()
        .flatMap(constraint -> constraint.violation(amounts(genotype)).stream())
        .findFirst();
  }

  /** Does the same without the constraints for which a latency would have to be measured. */
  public Optional<String> violationUnmeasured(Genotype genotype) {
    return unmeasured()
        .flatMap(constraint -> constraint.violation(amounts(genotype)).stream())
        .findFirst();
  }

  private Stream<Constraint> unmeasured() {
    return constraints.stream().filter(limit -> !limit.expenses().contains(Expense.LATENCY));
  }

  private Amounts amounts(Genotype genotype) {
    return new Amounts() {
      @Override
      public double ofCandidate(Expense expense) {
        return expense(genotype, expense);
      }

      @Override
      public double ofSeed(Expense expense) {
        return expense(seedGenotype, expense);
      }
    };
  }

  /**
   * Returns an allowed genotype near the seed architecture: the seed itself if it is allowed,
   * otherwise what changing one locus after the other makes of it, always the change that misses
   * the constraints least; otherwise any allowed one of {@value #ANCHOR_DRAWS} random draws.
   * Without a way to measure it the latency is left out of account.
   */
  public Optional<Genotype> anchor() {
    return anchor.updateAndGet(known -> known.isPresent() ? known : findAnchor());
  }

  private Optional<Genotype> findAnchor() {
    Genotype best = seedGenotype;
    double least = excess(best);
    boolean improved = true;
    while (least > 0 && improved) {
      improved = false;
      for (Genotype neighbour : neighbours(best)) {
        double excess = excess(neighbour);
        if (excess < least) {
          least = excess;
          best = neighbour;
          improved = true;
        }
      }
    }
    if (least == 0) {
      return Optional.of(best);
    }
    RandomGenerator random = new SplittableRandom(0);
    return Stream.generate(() -> random(random))
        .limit(ANCHOR_DRAWS)
        .filter(genotype -> excess(genotype) == 0)
        .findFirst();
  }

  private double excess(Genotype genotype) {
    return unmeasured().mapToDouble(limit -> limit.excess(amounts(genotype))).sum();
  }

  /**
   * What random genotypes are like.
   *
   * @param draws how many were drawn
   * @param allowed how many of them meet the constraints; without a way to measure it the latency
   *     is left out of account
   * @param least lowest parameters and multiply-adds of an allowed one; the seed's if there is none
   * @param most highest ones
   */
  public record Survey(int draws, int allowed, Cost least, Cost most) {}

  /** Draws genotypes and counts those that are allowed. */
  public Survey survey(int draws, RandomGenerator random) {
    List<Cost> allowed =
        Stream.generate(() -> random(random))
            .limit(draws)
            .filter(genotype -> excess(genotype) == 0)
            .map(genotype -> prices(genotype).cost())
            .toList();
    List<Cost> costs = allowed.isEmpty() ? List.of(seedCost) : allowed;
    return new Survey(
        draws,
        allowed.size(),
        new Cost(
            costs.stream().mapToLong(Cost::parameters).min().orElseThrow(),
            costs.stream().mapToLong(Cost::multiplyAdds).min().orElseThrow()),
        new Cost(
            costs.stream().mapToLong(Cost::parameters).max().orElseThrow(),
            costs.stream().mapToLong(Cost::multiplyAdds).max().orElseThrow()));
  }
}
