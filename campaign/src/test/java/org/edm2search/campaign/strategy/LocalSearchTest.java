package org.edm2search.campaign.strategy;

class LocalSearchTest extends SearchStrategyContract {

  @Override
  SearchSettings settings() {
    return SearchSettings.of(SearchSettings.Kind.LOCAL);
  }
}
