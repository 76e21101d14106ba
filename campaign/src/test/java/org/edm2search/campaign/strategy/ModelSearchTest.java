package org.edm2search.campaign.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.edm2search.campaign.Examples;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.leaderboard.ParetoFront;
import org.edm2search.campaign.strategy.SearchStrategy.Proposal;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.Genotype;
import org.edm2search.space.cost.Expense;
import org.junit.jupiter.api.Test;

class ModelSearchTest extends SearchStrategyContract {

  @Override
  SearchSettings settings() {
    return SearchSettings.of(SearchSettings.Kind.MODEL);
  }

  @Test
  void findsBetterThanRandomSearchWithHalfTheTrials() {
    int wins = 0;
    for (int seed = 0; seed < 6; seed++) {
      double found = search(seed).run(40).best().orElseThrow();
      double drawn =
          new Search(SPACE, SearchSettings.of(SearchSettings.Kind.RANDOM), seed)
              .run(80)
              .best()
              .orElseThrow();
      wins += found < drawn ? 1 : 0;
    }
    assertThat(wins).isGreaterThanOrEqualTo(5);
  }

  @Test
  void spreadsAlongTheFrontWithTwoObjectives() {
    Search both = new Search(SPACE, settings().withSecond(Expense.FLOPS), 1).run(40);
    Search score = search(1).run(40);
    assertThat(cheapestOnFront(both)).isLessThan(cheapestOnFront(score));
    assertThat(front(both)).isGreaterThan(3);
  }

  private static int front(Search search) {
    return ParetoFront.of(Leaderboard.of(search.trials).tables().get(0)).size();
  }

  private static long cheapestOnFront(Search search) {
    Trial cheapest = ParetoFront.of(Leaderboard.of(search.trials).tables().get(0)).get(0);
    return cheapest.candidate().cost().multiplyAdds();
  }

  /** Once the model has its full size, more trials hardly cost more. */
  @Test
  void takesNoLongerForAProposalAtAThousandTrialsThanAtFourHundred() {
    double few = seconds(400);
    double many = seconds(1000);
    assertThat(many).isLessThan(4 * few);
  }

  /** The least of a few proposals, because other processes take their share of the machine. */
  private double seconds(int trials) {
    List<Trial> history = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(1);
    for (int trial = 0; trial < trials; trial++) {
      Genotype genotype = SPACE.random(random);
      Candidate candidate = Candidate.of(SPACE, genotype);
      history.add(Examples.complete(trial, candidate, Examples.synthetic(SPACE, genotype)));
    }
    SearchStrategy strategy = settings().strategy(SPACE, 3, history, Optional.empty());
    return IntStream.range(0, 4)
        .mapToDouble(
            i -> {
              strategy.tell(history.get(i)); // so that the model is fitted again
              long start = System.nanoTime();
              assertThat(strategy.ask()).isInstanceOf(Proposal.Try.class);
              return (System.nanoTime() - start) / 1e9;
            })
        .min()
        .orElseThrow();
  }
}
