package org.edm2search.campaign.strategy;

import io.jenetics.IntegerGene;
import io.jenetics.Phenotype;
import io.jenetics.UniformCrossover;
import io.jenetics.engine.Constraint;
import io.jenetics.engine.Engine;
import io.jenetics.engine.EvolutionStart;
import io.jenetics.util.ISeq;
import io.jenetics.util.RandomRegistry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.Genotype;
import org.edm2search.space.SearchSpace;

/**
 * A generational evolution by Jenetics, turned inside out: a generation's new networks are proposed
 * one by one, and Jenetics makes the next generation once all have been told.
 *
 * <p>The first generation is the seed architecture and random candidates. Individuals the
 * constraints refuse are recorded and repaired by going towards an allowed network near the seed.
 * Where several generations bring no new network, the worst individual gives way to a random one.
 *
 * <p>Fitness is not the score that was measured but its posterior mean after all scores, and is
 * looked up anew in each generation: an individual whose one score was lucky loses its rank as its
 * relatives turn out worse, and does not live for ever.
 *
 * @param <C> fitness, smaller is better
 */
abstract class JeneticsSearch<C extends Comparable<? super C>> implements SearchStrategy {

  private static final int STALE_GENERATIONS = 20;

  /** An individual before Jenetics sees it. */
  private record Member(Genotype genotype, long birth) {}

  private final SearchSpace space;
  private final SearchSettings settings;
  private final SeedStream seeds;
  private final JeneticsCodec codec;
  private final CandidateLedger ledger;
  private final Engine<IntegerGene, C> engine;
  private final Deque<Genotype> queue = new ArrayDeque<>();
  private List<Member> population = List.of();
  private long generation;

  JeneticsSearch(
      SearchSpace space,
      SearchSettings settings,
      SeedStream seeds,
      List<Trial> history,
      Optional<String> state) {
    this.space = space;
    this.settings = settings;
    this.seeds = seeds;
    this.codec = new JeneticsCodec(space);
    this.ledger = new CandidateLedger(space, history);
    this.engine = engine();
    state.map(PopulationState::of).ifPresent(this::restore);
  }

  private void restore(PopulationState state) {
    generation = state.generation();
    population =
        state.population().stream()
            .map(one -> new Member(space.parse(one.genotype()), one.birth()))
            .toList();
    state.queue().forEach(genotype -> queue.add(space.parse(genotype)));
  }

  private Engine<IntegerGene, C> engine() {
    double mutation = settings.mutation() > 0 ? settings.mutation() : 1.0 / space.loci().size();
    Engine.Builder<IntegerGene, C> builder =
        new Engine.Builder<IntegerGene, C>(
                individuals -> individuals.map(this::evaluated).asISeq(), codec.codec().encoding())
            .populationSize(settings.population())
            .offspringFraction(settings.offspring())
            .alterers(
                new UniformCrossover<>(settings.crossover(), 0.5), new LocusMutator<>(mutation))
            .constraint(Constraint.of(this::allowed, this::repaired))
            .maximalPhenotypeAge(Long.MAX_VALUE)
            .minimizing()
            .executor(Runnable::run);
    return select(builder, settings).build();
  }

  /** Sets the selectors of parents and survivors. */
  abstract Engine.Builder<IntegerGene, C> select(
      Engine.Builder<IntegerGene, C> builder, SearchSettings settings);

  /**
   * Returns a fitness.
   *
   * @param score posterior mean, lower is better; for a candidate without one, worse than every
   *     score
   */
  abstract C fitness(double score, Genotype genotype);

  // ---------------------------------------------------------------- ask and tell

  @Override
  public Proposal ask() {
    if (generation == 0) {
      begin();
    }
    for (int stale = 0; queue.isEmpty(); stale++) {
      if (ledger.waiting()) {
        return new Proposal.Wait();
      }
      if (stale < STALE_GENERATIONS) {
        evolve();
      } else if (!refresh()) {
        return new Proposal.Exhausted(ledger.exhausted());
      }
    }
    Genotype next = queue.remove();
    ledger.propose(next);
    return new Proposal.Try(next, ledger.drainRejections());
  }

  @Override
  public void tell(Observation observation) {
    ledger.tell(observation);
  }

  @Override
  public String state() {
    return new PopulationState(
            generation,
            population.stream()
                .map(
                    member ->
                        new PopulationState.Individual(member.genotype().text(), member.birth()))
                .toList(),
            queue.stream().map(Genotype::text).toList())
        .json();
  }

  private void begin() {
    generation = 1;
    List<Genotype> first = new ArrayList<>(List.of(space.seedGenotype()));
    Set<String> ids = new HashSet<>(Set.of(space.seedGenotype().id()));
    RandomGenerator random = seeds.generator("generation", generation);
    while (first.size() < settings.population()) {
      Optional<Genotype> fresh = ledger.fresh(random, ids);
      if (fresh.isEmpty()) {
        break;
      }
      first.add(fresh.get());
      ids.add(fresh.get().id());
    }
    queue.addAll(first);
    while (first.size() < settings.population()) {
      first.add(space.seedGenotype());
    }
    population = first.stream().map(genotype -> new Member(genotype, generation)).toList();
  }

  /** Lets Jenetics make the next generation and queues its new networks. */
  private void evolve() {
    ISeq<Phenotype<IntegerGene, C>> parents =
        population.stream()
            .map(
                member ->
                    Phenotype.<IntegerGene, C>of(codec.encode(member.genotype()), member.birth()))
            .collect(ISeq.toISeq());
    ISeq<Phenotype<IntegerGene, C>> children =
        RandomRegistry.with(
            seeds.generator("generation", generation + 1),
            random -> engine.evolve(EvolutionStart.of(parents, generation)).population());
    generation++;
    population =
        children.stream()
            .map(child -> new Member(codec.decode(child.genotype()), child.generation()))
            .toList();
    Set<String> queued = new HashSet<>();
    for (Member member : population) {
      if (!ledger.proposed(member.genotype()) && queued.add(member.genotype().id())) {
        queue.add(member.genotype());
      }
    }
  }

  /** Replaces the worst individual by a network never proposed, if there is one. */
  private boolean refresh() {
    Optional<Genotype> fresh = ledger.fresh(seeds.generator("refresh", generation), Set.of());
    if (fresh.isEmpty()) {
      return false;
    }
    List<Member> members = new ArrayList<>(population);
    int worst = 0;
    for (int i = 1; i < members.size(); i++) {
      if (fitness(members.get(i)).compareTo(fitness(members.get(worst))) > 0) {
        worst = i;
      }
    }
    members.set(worst, new Member(fresh.get(), generation));
    population = List.copyOf(members);
    queue.add(fresh.get());
    return true;
  }

  // ---------------------------------------------------------------- what Jenetics asks for

  private C fitness(Member member) {
    return fitnessOf(member.genotype());
  }

  private C fitnessOf(Genotype genotype) {
    double failed = ledger.worstScore();
    return fitness(ledger.posteriorMean(genotype).orElse(failed + Math.abs(failed) + 1), genotype);
  }

  /** New networks count as failed until they are told; no selection happens before that. */
  private Phenotype<IntegerGene, C> evaluated(Phenotype<IntegerGene, C> individual) {
    return individual.withFitness(fitnessOf(codec.decode(individual.genotype())));
  }

  private boolean allowed(Phenotype<IntegerGene, C> individual) {
    return ledger.allowed(codec.decode(individual.genotype()));
  }

  private Phenotype<IntegerGene, C> repaired(
      Phenotype<IntegerGene, C> individual, long currentGeneration) {
    Genotype refused = codec.decode(individual.genotype());
    ledger.reject(refused);
    RandomGenerator random = RandomRegistry.random();
    List<Integer> alleles = new ArrayList<>(refused.alleles());
    List<Integer> order = new ArrayList<>();
    for (int locus = 0; locus < alleles.size(); locus++) {
      order.add(random.nextInt(order.size() + 1), locus);
    }
    Genotype anchor = space.anchor().orElseGet(space::seedGenotype);
    Genotype repaired = refused;
    for (int locus : order) {
      alleles.set(locus, anchor.alleles().get(locus));
      repaired = space.genotype(alleles);
      if (ledger.allowed(repaired)) {
        break;
      }
    }
    return Phenotype.of(codec.encode(repaired), currentGeneration);
  }
}
