package org.edm2search.space;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.constraint.Constraint;
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

  /** How many points are kept decoded and priced: strategies look at the same ones again. */
  static final int MOST_REMEMBERED = 50_000;

  private static final int ANCHOR_DRAWS = 500;

  private final ArchitectureSpec seed;
  private final List<Gene> genes;
  private final GenotypeDecoder decoder;
  private final List<Locus> loci;
  private final Genotype seedGenotype;
  private final Cost seedCost;
  private final Feasibility feasibility;
  private final Map<List<Integer>, Genotype> genotypes = new ConcurrentHashMap<>();
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
    this.seed = seed.canonical();
    this.genes = List.copyOf(genes);
    if (genes.isEmpty()) {
      throw new IllegalArgumentException("a search space needs at least one gene");
    }
    Set<Trait> traits = genes.stream().map(Gene::trait).collect(Collectors.toSet());
    if (traits.size() < genes.size()) {
      throw new IllegalArgumentException("a search space has at most one gene for each trait");
    }
    this.decoder = new GenotypeDecoder(this.seed, this.genes);
    this.loci = decoder.loci();
    this.seedGenotype = genotype(decoder.seedAlleles());
    this.seedCost = CostModel.of(this.seed);
    this.feasibility = new Feasibility(this::decode, seedGenotype, constraints, latency);
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
    return feasibility.constraints();
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
    List<Integer> active = decoder.active(alleles);
    String text = GenotypeText.of(active, loci);
    return new Genotype(active, text, () -> ArchitectureYaml.id(decoder.decode(active)));
  }

  /**
   * Reads {@link Genotype#text()}; the order of the words does not matter.
   *
   * @throws IllegalArgumentException if a locus is missing, given twice or unknown, or a value is
   *     not one of its alleles
   */
  public Genotype parse(String text) {
    return genotype(GenotypeText.alleles(text, loci));
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
    return decoder.decode(genotype.alleles());
  }

  /** Returns this space with a way to know the latency of its networks. */
  public SearchSpace withLatency(LatencyProbe probe) {
    return new SearchSpace(seed, genes, constraints(), Optional.of(probe));
  }

  /** Returns this space with a further condition. */
  public SearchSpace with(Constraint constraint) {
    return new SearchSpace(
        seed,
        genes,
        Stream.concat(constraints().stream(), Stream.of(constraint)).toList(),
        feasibility.latency());
  }

  /**
   * Returns what a genotype's network takes.
   *
   * @throws IllegalStateException for the latency, if nobody can measure it
   */
  public double expense(Genotype genotype, Expense expense) {
    return feasibility.expense(genotype, expense);
  }

  /**
   * Returns the milliseconds of one evaluation of a network, measured if it was not before.
   *
   * @throws IllegalStateException if nobody can measure it
   */
  public double latency(ArchitectureSpec network) {
    return feasibility.latency(network);
  }

  /** Returns the reason why a genotype's network is not allowed, or nothing if it is. */
  public Optional<String> violation(Genotype genotype) {
    return feasibility.violation(genotype);
  }

  /** Does the same without the constraints for which a latency would have to be measured. */
  public Optional<String> violationUnmeasured(Genotype genotype) {
    return feasibility.violationUnmeasured(genotype);
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
    double least = feasibility.excess(best);
    boolean improved = true;
    while (least > 0 && improved) {
      improved = false;
      for (Genotype neighbour : neighbours(best)) {
        double excess = feasibility.excess(neighbour);
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
        .filter(genotype -> feasibility.excess(genotype) == 0)
        .findFirst();
  }

  /** Draws genotypes and counts those that are allowed. */
  public SpaceSurvey survey(int draws, RandomGenerator random) {
    return SpaceSurvey.of(
        draws,
        seedCost,
        Stream.generate(() -> random(random))
            .limit(draws)
            .filter(genotype -> feasibility.excess(genotype) == 0)
            .map(feasibility::cost)
            .toList());
  }
}
