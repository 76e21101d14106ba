package org.edm2search.campaign.strategy;

import io.jenetics.IntegerGene;
import io.jenetics.TournamentSelector;
import io.jenetics.TruncationSelector;
import io.jenetics.engine.Engine;
import java.util.List;
import java.util.Optional;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.Genotype;
import org.edm2search.space.SearchSpace;

/**
 * A genetic algorithm on the score: parents win a tournament, the best of each generation survive.
 */
final class GeneticSearch extends JeneticsSearch<Double> {

  /** Starts a search, or continues it from its trials and {@link #state}. */
  public GeneticSearch(
      SearchSpace space,
      SearchSettings settings,
      SeedStream seeds,
      List<Trial> history,
      Optional<String> state) {
    super(space, settings, seeds, history, state);
  }

  @Override
  Engine.Builder<IntegerGene, Double> select(
      Engine.Builder<IntegerGene, Double> builder, SearchSettings settings) {
    return builder
        .offspringSelector(new TournamentSelector<>(settings.tournament()))
        .survivorsSelector(new TruncationSelector<>());
  }

  @Override
  Double fitness(double score, Genotype genotype) {
    return score;
  }
}
