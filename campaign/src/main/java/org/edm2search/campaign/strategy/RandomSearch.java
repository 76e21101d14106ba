package org.edm2search.campaign.strategy;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.Genotype;
import org.edm2search.space.SearchSpace;

/** Uniform draws, each network once: the baseline every claim is held against. */
final class RandomSearch extends HistorySearch {

  /**
   * Starts or continues a search.
   *
   * @param history all trials so far
   */
  public RandomSearch(SearchSpace space, SeedStream seeds, List<Trial> history) {
    super(space, seeds, history, "draw");
  }

  @Override
  Optional<Genotype> idea(RandomGenerator random) {
    return Optional.empty();
  }
}
