package org.edm2search.campaign.strategy;

import io.jenetics.IntegerGene;
import io.jenetics.engine.Engine;
import io.jenetics.ext.moea.NSGA2Selector;
import io.jenetics.ext.moea.UFTournamentSelector;
import io.jenetics.ext.moea.Vec;
import java.util.List;
import java.util.Optional;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.Genotype;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.cost.Expense;

/**
 * NSGA-II (Deb et al. 2002) on score and a second objective: individuals are ordered by the front
 * they are on, then by their crowding distance, so that the population spreads along the Pareto
 * front.
 */
final class Nsga2 extends JeneticsSearch<Vec<double[]>> {

  private final SearchSpace space;
  private final Expense second;

  /** Starts a search, or continues it from its trials and {@link #state}. */
  public Nsga2(
      SearchSpace space,
      SearchSettings settings,
      SeedStream seeds,
      List<Trial> history,
      Optional<String> state) {
    super(space, settings, seeds, history, state);
    this.space = space;
    this.second = settings.second().orElse(Expense.FLOPS);
  }

  @Override
  Engine.Builder<IntegerGene, Vec<double[]>> select(
      Engine.Builder<IntegerGene, Vec<double[]>> builder, SearchSettings settings) {
    return builder
        .offspringSelector(UFTournamentSelector.ofVec())
        .survivorsSelector(NSGA2Selector.ofVec());
  }

  @Override
  Vec<double[]> fitness(double score, Genotype genotype) {
    return Vec.of(score, space.expense(genotype, second));
  }
}
