package org.edm2search.campaign.strategy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.Genotype;
import org.edm2search.space.SearchSpace;

/**
 * Local search (White et al. 2005.02960): a random untried neighbour of the best candidate so far,
 * where neighbours differ in one locus; once its neighbourhood is used up, a neighbour of the next
 * best. Which is best is said by the posterior mean, in which neighbours' scores count too, so that
 * luck does not hold the search in one place.
 */
final class LocalSearch extends HistorySearch {

  /**
   * Starts or continues a search.
   *
   * @param history all trials so far
   */
  public LocalSearch(SearchSpace space, SeedStream seeds, List<Trial> history) {
    super(space, seeds, history, "neighbour");
  }

  @Override
  Optional<Genotype> idea(RandomGenerator random) {
    Map<Genotype, Double> means = new HashMap<>();
    List<Genotype> bestFirst = new ArrayList<>(ledger().scoredInOrder());
    bestFirst.forEach(one -> means.put(one, ledger().posteriorMean(one).orElseThrow()));
    bestFirst.sort(Comparator.comparingDouble(means::get));
    for (Genotype center : bestFirst) {
      List<Genotype> neighbours = new ArrayList<>(space().neighbours(center));
      neighbours.removeIf(ledger()::proposed);
      while (!neighbours.isEmpty()) {
        Genotype neighbour = neighbours.remove(random.nextInt(neighbours.size()));
        if (ledger().allowed(neighbour)) {
          return Optional.of(neighbour);
        }
        ledger().reject(neighbour);
      }
    }
    return Optional.empty();
  }
}
