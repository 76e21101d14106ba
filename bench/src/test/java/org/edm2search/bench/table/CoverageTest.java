package org.edm2search.bench.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;

/**
 * What leaderboards print, held against really trained candidates that nothing was chosen on: the
 * share of cases that hold must be one that chance gives where the true share is what it should be.
 */
class CoverageTest {

  private static final double CHANCE = 0.01;

  private static final Pairs TABLE =
      Pairs.of(
          new TableFile(Path.of("src/main/resources/org/edm2search/bench/table/quickstart-16.csv"))
              .read(),
          "1",
          "2");

  private static final Pairs FRESH = TABLE.part(Coverage.CHOSEN_ON, TABLE.count());

  @Test
  void theIntervalOfAFurtherTrainingHoldsInNineteenOfTwentyCases() {
    Coverage again = Coverage.of(FRESH, Coverage.CAMPAIGN, Coverage::again);
    assertThat(again.cases()).isGreaterThanOrEqualTo(64);
    assertThat(noFewerThan(0.90, again)).isTrue();
    assertThat(noMoreThan(0.98, again)).isTrue();
    assertThat((double) again.held() / again.cases()).isBetween(0.90, 0.98);
  }

  /** Why leaderboards do not print it as what a further training would score. */
  @Test
  void theIntervalOfTheTypicalScoreIsTooNarrowForASingleTraining() {
    Coverage typical = Coverage.of(FRESH, Coverage.CAMPAIGN, Coverage::typical);
    assertThat(noFewerThan(0.95, typical)).isFalse();
  }

  @Test
  void whoIsToldToBeBetterIsSoAtLeastAsOftenAsWasTold() {
    for (double[] bounds : new double[][] {{0.5, 0.65}, {0.65, 0.8}, {0.8, 0.9}, {0.9, 1.01}}) {
      Coverage better = Coverage.ofBetter(FRESH, Coverage.CAMPAIGN, bounds[0], bounds[1]);
      assertThat(better.cases()).isGreaterThan(10);
      assertThat(noFewerThan(bounds[0], better)).as("%s: %s", bounds[0], better).isTrue();
    }
  }

  /** Whether so few would happen, with a probability that is not small, if this were the truth. */
  private static boolean noFewerThan(double truth, Coverage coverage) {
    return new BinomialDistribution(null, coverage.cases(), truth)
            .cumulativeProbability(coverage.held())
        > CHANCE;
  }

  private static boolean noMoreThan(double truth, Coverage coverage) {
    return 1
            - new BinomialDistribution(null, coverage.cases(), truth)
                .cumulativeProbability(coverage.held() - 1)
        > CHANCE;
  }
}
