package org.edm2search.campaign.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.edm2search.campaign.fidelity.RungTranslation.Expected;
import org.junit.jupiter.api.Test;

class RungTranslationTest {

  @Test
  void learnsLineAndScatterFromThoseTrainedToBothRungs() {
    SplittableRandom random = new SplittableRandom(1);
    List<RungResult> results = new ArrayList<>();
    for (int candidate = 0; candidate < 60; candidate++) {
      double below = 20 * Math.exp(0.3 * random.nextGaussian());
      results.add(new RungResult(candidate, 0, List.of(below)));
      double above = 0.4 * below * Math.exp(0.05 * random.nextGaussian());
      results.add(new RungResult(candidate, 1, List.of(above)));
    }
    Expected expected = new RungTranslation(2, results).expected(0, 30, 0);
    assertThat(expected.score()).isCloseTo(12, within(0.6));
    assertThat(Math.sqrt(expected.variance()) / expected.score()).isBetween(0.03, 0.09);
  }

  @Test
  void keepsTheTopAsItIsAndTrustsALowerRungLess() {
    RungTranslation untaught =
        new RungTranslation(
            3, List.of(new RungResult(0, 0, List.of(5.0)), new RungResult(1, 0, List.of(6.0))));
    assertThat(untaught.expected(2, 5, 0.04)).isEqualTo(new Expected(5.0, 0.04));
    assertThat(untaught.expected(0, 5, 0.04).variance())
        .isGreaterThan(untaught.expected(1, 5, 0.04).variance());
  }

  /** A loss of 2 % more below goes with a score of 20 % more above: spreads count, not units. */
  @Test
  void translatesALossIntoAScore() {
    SplittableRandom random = new SplittableRandom(2);
    List<RungResult> results = new ArrayList<>();
    for (int candidate = 0; candidate < 40; candidate++) {
      double effect = random.nextGaussian();
      results.add(new RungResult(candidate, 0, List.of(0.3 * Math.exp(0.02 * effect))));
      results.add(new RungResult(candidate, 1, List.of(5 * Math.exp(0.2 * effect))));
    }
    RungTranslation translation = new RungTranslation(2, results);
    double ratio =
        translation.expected(0, 0.3 * Math.exp(0.02), 0).score()
            / translation.expected(0, 0.3, 0).score();
    assertThat(Math.log(ratio)).isBetween(0.17, 0.21);
  }
}
