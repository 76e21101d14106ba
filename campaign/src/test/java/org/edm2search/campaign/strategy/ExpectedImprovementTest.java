package org.edm2search.campaign.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.edm2search.campaign.Examples;
import org.edm2search.campaign.strategy.GaussianProcess.Belief;
import org.edm2search.space.Genotype;
import org.edm2search.space.SearchSpace;
import org.junit.jupiter.api.Test;

class ExpectedImprovementTest {

  private static final SearchSpace SPACE = Examples.space();
  private static final int DRAWS = 200_000;

  private final SplittableRandom random = new SplittableRandom(1);
  private final Map<Genotype, Double> means = new LinkedHashMap<>();
  private final Map<Genotype, Double> costs = new LinkedHashMap<>();

  private Genotype known(double mean, double cost) {
    Genotype genotype = SPACE.random(random);
    means.put(genotype, mean);
    costs.put(genotype, cost);
    return genotype;
  }

  @Test
  void isTheMeanOfTheImprovementOnTheBest() {
    Genotype candidate = known(0.5, 0);
    known(-0.3, 0);
    double sum = 0;
    for (int i = 0; i < DRAWS; i++) {
      sum += Math.max(0, -0.3 - (0.1 + 0.8 * random.nextGaussian()));
    }
    assertThat(ExpectedImprovement.ofBest(means).of(candidate, new Belief(0.1, 0.8)))
        .isCloseTo(sum / DRAWS, within(0.005));
  }

  @Test
  void isTheMeanOfTheHypervolumeGained() {
    known(1.0, 20);
    known(0.2, 50);
    known(0.4, 60); // dominated
    known(-0.5, 90);
    known(1.5, 100); // the worst
    Genotype candidate = SPACE.random(random);
    costs.put(candidate, 40.0);
    double before = volume(Double.NaN);
    double sum = 0;
    for (int i = 0; i < DRAWS; i++) {
      sum += volume(0.1 + 0.7 * random.nextGaussian()) - before;
    }
    double expected =
        ExpectedImprovement.ofFront(means, costs::get, List.of(candidate))
            .of(candidate, new Belief(0.1, 0.7));
    assertThat(expected).isCloseTo(sum / DRAWS, within(0.005));
  }

  /** The area the front dominates up to cost 101 and score 1.5, in shares of the cost. */
  private double volume(double candidate) {
    double[][] points = {{20, 1.0}, {50, 0.2}, {90, -0.5}, {40, candidate}};
    double volume = 0;
    for (int cell = 0; cell < 1010; cell++) {
      double cost = (cell + 0.5) / 10;
      double best = 1.5;
      for (double[] point : points) {
        best = point[0] <= cost && point[1] < best ? point[1] : best;
      }
      volume += (1.5 - best) / 1010;
    }
    return volume;
  }
}
