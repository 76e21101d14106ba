package org.edm2search.campaign.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.leaderboard.ParetoFront;
import org.edm2search.campaign.trial.Trial;
import org.junit.jupiter.api.Test;

class Nsga2Test extends SearchStrategyContract {

  private static final double WORST_SCORE = 30;

  @Override
  SearchSettings settings() {
    return SearchSettings.of(SearchSettings.Kind.NSGA2, 10);
  }

  @Test
  void findsABetterFrontThanRandomSearchOnMostSeeds() {
    int wins = 0;
    for (int seed = 0; seed < 15; seed++) {
      double found = volume(search(seed).run(80).trials);
      double drawn =
          volume(
              new Search(SPACE, SearchSettings.of(SearchSettings.Kind.RANDOM, 2), seed)
                  .run(80)
                  .trials);
      wins += found > drawn ? 1 : 0;
    }
    assertThat(wins).isGreaterThanOrEqualTo(11);
  }

  /** The area the front dominates, up to the worst allowed cost and score; larger is better. */
  private static double volume(List<Trial> trials) {
    double worstCost = 1.2 * SPACE.seedCost().multiplyAdds();
    double volume = 0;
    double above = WORST_SCORE;
    for (Trial trial : ParetoFront.of(Leaderboard.of(trials).tables().get(0))) {
      double score = trial.score().orElseThrow();
      double cost = trial.candidate().cost().multiplyAdds();
      volume += (above - score) * (1 - cost / worstCost);
      above = score;
    }
    return volume;
  }
}
