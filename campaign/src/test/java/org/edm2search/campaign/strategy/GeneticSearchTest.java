package org.edm2search.campaign.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import org.edm2search.campaign.strategy.SearchStrategy.Proposal;
import org.junit.jupiter.api.Test;

class GeneticSearchTest extends SearchStrategyContract {

  @Override
  SearchSettings settings() {
    return SearchSettings.of(SearchSettings.Kind.GENETIC, 8);
  }

  @Test
  void beatsRandomSearchOnMostSeeds() {
    int seeds = 10;
    int wins = 0;
    double genetic = 0;
    double random = 0;
    for (int seed = 0; seed < seeds; seed++) {
      double found = search(seed).run(80).best().orElseThrow();
      double drawn =
          new Search(SPACE, SearchSettings.of(SearchSettings.Kind.RANDOM, 2), seed)
              .run(80)
              .best()
              .orElseThrow();
      wins += found < drawn ? 1 : 0;
      genetic += found / seeds;
      random += drawn / seeds;
    }
    assertThat(wins).isGreaterThanOrEqualTo(8);
    assertThat(genetic).isLessThan(random);
  }

  @Test
  void waitsForTheGenerationToFinish() {
    Search search = search(2);
    for (int i = 0; i < 8; i++) {
      assertThat(search.ask()).isTrue();
    }
    assertThat(search.strategy.ask()).isInstanceOf(Proposal.Wait.class);
    for (int i = 7; i > 0; i--) {
      search.tell(i);
      assertThat(search.strategy.ask()).isInstanceOf(Proposal.Wait.class);
    }
    search.tell(0);
    assertThat(search.ask()).isTrue();
  }
}
