package org.edm2search.campaign.strategy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.Genotype;
import org.edm2search.space.Mutation;
import org.edm2search.space.SearchSpace;

/**
 * Regularized (ageing) evolution (Real et al. 1802.01548): the population is the latest candidates,
 * the best of a few drawn from it is the parent, and the child differs in one locus. Nobody lives
 * longer than the others, so a score that was luck is soon forgotten.
 */
final class RegularizedEvolution extends HistorySearch {

  private static final int ATTEMPTS = 30;

  private final SearchSettings settings;
  private final Mutation mutation;

  /**
   * Starts or continues a search.
   *
   * @param history all trials so far
   */
  public RegularizedEvolution(
      SearchSpace space, SearchSettings settings, SeedStream seeds, List<Trial> history) {
    super(space, seeds, history, "child");
    this.settings = settings;
    this.mutation = new Mutation(settings.mutation());
  }

  @Override
  Optional<Genotype> idea(RandomGenerator random) {
    if (proposals() < settings.population()) {
      return Optional.empty();
    }
    List<Genotype> scored = ledger().scoredInOrder();
    List<Genotype> population =
        scored.subList(Math.max(0, scored.size() - settings.population()), scored.size());
    for (int attempt = 0; attempt < ATTEMPTS && !population.isEmpty(); attempt++) {
      Genotype child = mutation.mutate(space(), parent(population, random), random);
      if (!ledger().allowed(child)) {
        ledger().reject(child);
      } else if (!ledger().proposed(child)) {
        return Optional.of(child);
      }
    }
    return Optional.empty();
  }

  private Genotype parent(List<Genotype> population, RandomGenerator random) {
    List<Genotype> rest = new ArrayList<>(population);
    List<Genotype> drawn = new ArrayList<>();
    while (drawn.size() < settings.tournament() && !rest.isEmpty()) {
      drawn.add(rest.remove(random.nextInt(rest.size())));
    }
    return drawn.stream()
        .min(Comparator.comparingDouble(one -> ledger().score(one).orElseThrow()))
        .orElseThrow();
  }
}
