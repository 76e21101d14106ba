package org.edm2search.campaign.strategy;

class RegularizedEvolutionTest extends SearchStrategyContract {

  @Override
  SearchSettings settings() {
    return SearchSettings.of(SearchSettings.Kind.REGULARIZED_EVOLUTION);
  }
}
