package org.edm2search.campaign.strategy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.edm2search.campaign.strategy.GaussianProcess.Belief;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.Genotype;
import org.edm2search.space.Mutation;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.cost.Expense;

/**
 * Bayesian optimization with a Gaussian process on the genes ({@link GeneModel}): proposes the
 * candidate with the largest {@link ExpectedImprovement}, in score or, with two objectives, in
 * dominated hypervolume. Candidates are the whole of a small space; of a large one mutations of the
 * best, which is where most of the strength of such methods comes from (White et al. 1910.11858),
 * neighbours of the seed architecture and random draws.
 *
 * <p>The seed architecture is a good design: half of the first candidates, which are tried before
 * the model is believed, are its neighbours, and its neighbourhood stays among the candidates.
 */
final class ModelSearch extends HistorySearch {

  private static final int LARGEST_LISTED_SPACE = 512;
  private static final int PARENTS = 6;
  private static final int MUTATIONS = 24;
  private static final int RANDOM = 80;
  private static final Mutation ONE = new Mutation(0);

  private final Optional<Expense> second;
  private final int initial;

  /**
   * Starts or continues a search.
   *
   * @param history all trials so far
   */
  public ModelSearch(
      SearchSpace space, SearchSettings settings, SeedStream seeds, List<Trial> history) {
    super(space, seeds, history, "model");
    this.second = settings.second();
    this.initial = settings.population();
  }

  @Override
  Optional<Genotype> idea(RandomGenerator random) {
    Optional<GeneModel> model = ledger().model();
    if (proposals() < initial || model.isEmpty()) {
      return proposals() % 2 == 1 ? near(space().seedGenotype(), random) : Optional.empty();
    }
    List<Genotype> scored = ledger().scoredInOrder();
    Map<Genotype, Double> means = new LinkedHashMap<>();
    scored.forEach(one -> means.put(one, model.get().mean(one)));
    Collection<Genotype> pool = pool(means, random);
    GaussianProcess process = model.get().believing(ledger().pending());
    ExpectedImprovement improvement =
        second
            .map(
                expense ->
                    ExpectedImprovement.ofFront(means, one -> space().expense(one, expense), pool))
            .orElseGet(() -> ExpectedImprovement.ofBest(means));
    // Whether a candidate is new and allowed is dear to know, so only the promising are asked.
    Map<Genotype, Double> promise = new HashMap<>();
    for (Genotype candidate : pool) {
      Belief belief = process.belief(model.get().place(candidate));
      promise.put(candidate, improvement.of(candidate, belief));
    }
    return pool.stream()
        .sorted(Comparator.comparingDouble(promise::get).reversed())
        .filter(one -> !ledger().proposed(one) && allowed(one))
        .findFirst();
  }

  /** Returns whether a candidate is allowed; one that is not is recorded. */
  private boolean allowed(Genotype genotype) {
    if (!ledger().allowed(genotype)) {
      ledger().reject(genotype);
      return false;
    }
    return true;
  }

  private Optional<Genotype> near(Genotype center, RandomGenerator random) {
    for (int attempt = 0; attempt < MUTATIONS; attempt++) {
      Genotype mutated = ONE.mutate(space(), center, random);
      if (!ledger().proposed(mutated) && allowed(mutated)) {
        return Optional.of(mutated);
      }
    }
    return Optional.empty();
  }

  /** Genotypes to choose from, each once. */
  private Collection<Genotype> pool(Map<Genotype, Double> means, RandomGenerator random) {
    if (space().size().compareTo(BigInteger.valueOf(LARGEST_LISTED_SPACE)) <= 0) {
      return ledger().all();
    }
    Set<Genotype> pool = new LinkedHashSet<>();
    List<Genotype> bestFirst = new ArrayList<>(means.keySet());
    bestFirst.sort(Comparator.comparingDouble(means::get));
    for (Genotype parent : bestFirst.subList(0, Math.min(PARENTS, bestFirst.size()))) {
      for (int i = 0; i < MUTATIONS; i++) {
        Genotype child = ONE.mutate(space(), parent, random);
        pool.add(i % 3 == 2 ? ONE.mutate(space(), child, random) : child);
      }
    }
    for (int i = 0; i < MUTATIONS; i++) {
      pool.add(ONE.mutate(space(), space().seedGenotype(), random));
    }
    for (int i = 0; i < RANDOM; i++) {
      pool.add(space().random(random));
    }
    return pool;
  }
}
