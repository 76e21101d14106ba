package org.edm2search.campaign.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalDouble;
import org.edm2search.campaign.Examples;
import org.edm2search.campaign.strategy.SearchStrategy.Proposal;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.Genotype;
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

  /** The worst network has the best score once, by luck; with its raw score it would never die. */
  @Test
  void aLuckyEliteDoesNotLiveForEver() {
    Search search = search(3);
    search.ask();
    Genotype unlucky = SPACE.seedGenotype();
    Trial seed = Examples.complete(0, search.trials.get(0).candidate(), 1.0);
    search.trials.set(0, seed);
    search.strategy.tell(new Observation(0, unlucky.id(), OptionalDouble.of(1.0), 1.0, 1));
    search.state = Optional.of(search.strategy.state());
    search.run(64);
    long lineage =
        search.trials.subList(32, 64).stream()
            .filter(trial -> distance(trial.candidate().genotype().in(SPACE), unlucky) <= 1)
            .count();
    assertThat(PopulationState.of(search.strategy.state()).population())
        .noneMatch(one -> one.genotype().equals(unlucky.text()));
    assertThat(lineage).isLessThan(8);
  }

  private static int distance(Genotype one, Genotype other) {
    int distance = 0;
    for (int i = 0; i < one.alleles().size(); i++) {
      distance += one.alleles().get(i).equals(other.alleles().get(i)) ? 0 : 1;
    }
    return distance;
  }
}
