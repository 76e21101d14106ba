package org.edm2search.campaign.strategy;

class RandomSearchTest extends SearchStrategyContract {

  @Override
  SearchSettings settings() {
    return SearchSettings.of(SearchSettings.Kind.RANDOM, 2);
  }
}
