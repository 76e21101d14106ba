package org.edm2search.campaign.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.edm2search.campaign.Examples;
import org.edm2search.campaign.statistics.Run;
import org.edm2search.campaign.strategy.GaussianProcess.Belief;
import org.edm2search.campaign.strategy.GaussianProcess.Place;
import org.edm2search.campaign.strategy.GaussianProcess.Point;
import org.edm2search.campaign.strategy.GeneModel.Scored;
import org.edm2search.space.Genotype;
import org.edm2search.space.SearchSpace;
import org.junit.jupiter.api.Test;

class GeneModelTest {

  private static final SearchSpace SPACE = Examples.space();

  private static double truth(Genotype genotype) {
    return Examples.synthetic(SPACE, genotype);
  }

  private static List<Scored> scored(int count, double noise, SplittableRandom random) {
    List<Scored> scored = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Genotype genotype = SPACE.random(random);
      double score = truth(genotype) * Math.exp(noise * random.nextGaussian());
      scored.add(scored(genotype, score, noise * score));
    }
    return scored;
  }

  private static Scored scored(Genotype genotype, double score, double deviation) {
    return new Scored(genotype, List.of(new Run(score, deviation)));
  }

  @Test
  void predictsUntriedNetworksBetterThanTheMean() {
    SplittableRandom random = new SplittableRandom(1);
    GeneModel model = GeneModel.fit(SPACE, scored(60, 0.05, random));
    double squares = 0;
    double spread = 0;
    double mean =
        scored(500, 0, random).stream().mapToDouble(Scored::score).average().orElseThrow();
    for (Scored untried : scored(200, 0, random)) {
      squares += Math.pow(model.score(untried.genotype()) - untried.score(), 2);
      spread += Math.pow(mean - untried.score(), 2);
    }
    assertThat(squares).isLessThan(0.3 * spread);
  }

  @Test
  void isSurerOfWhatWasTriedAndKeepsTheNoiseApart() {
    SplittableRandom random = new SplittableRandom(2);
    List<Scored> scored = scored(40, 0.05, random);
    GeneModel model = GeneModel.fit(SPACE, scored);
    double tried = model.belief(scored.get(0).genotype()).deviation();
    double untried =
        scored(50, 0, random).stream()
            .mapToDouble(one -> model.belief(one.genotype()).deviation())
            .average()
            .orElseThrow();
    assertThat(tried).isLessThan(0.85 * untried);
  }

  /** Relatives of a lucky candidate show what it is worth. */
  @Test
  void takesALuckyScoreForLuck() {
    SplittableRandom random = new SplittableRandom(3);
    List<Scored> scored = new ArrayList<>(scored(60, 0.05, random));
    Scored worst =
        scored.stream().max((a, b) -> Double.compare(a.score(), b.score())).orElseThrow();
    double lucky = 0.5 * scored.stream().mapToDouble(Scored::score).min().orElseThrow();
    scored.set(scored.indexOf(worst), scored(worst.genotype(), lucky, 0.3 * worst.score()));
    GeneModel model = GeneModel.fit(SPACE, scored);
    long better =
        scored.stream()
            .filter(one -> model.mean(one.genotype()) < model.mean(worst.genotype()))
            .count();
    assertThat(better).isGreaterThan(10);
  }

  /** k = 1·(0.5·(1−d) + 0.5·exp(−d/0.5)) for one locus: 1 if equal, 0.5·exp(−2) if not. */
  @Test
  void isTheTextbooksPosterior() {
    CategoricalKernel kernel = new CategoricalKernel(1, 0.5, 0.5, 0, 1, List.of(1.0));
    GaussianProcess process =
        new GaussianProcess(
            kernel, new int[] {0}, List.of(new Point(new Place(List.of(0), 0), 2, 0.25)));
    Belief same = process.belief(new Place(List.of(0), 0));
    assertThat(same.mean()).isCloseTo(2 / 1.25, within(1e-5));
    assertThat(same.deviation()).isCloseTo(Math.sqrt(1 - 1 / 1.25), within(1e-5));
    double covariance = 0.5 * Math.exp(-2);
    Belief other = process.belief(new Place(List.of(1), 0));
    assertThat(other.mean()).isCloseTo(covariance * 2 / 1.25, within(1e-5));
    assertThat(other.deviation())
        .isCloseTo(Math.sqrt(1 - covariance * covariance / 1.25), within(1e-5));
    assertThat(process.logLikelihood())
        .isCloseTo(-0.5 * 4 / 1.25 - 0.5 * Math.log(2 * Math.PI * 1.25), within(1e-4));
  }
}
