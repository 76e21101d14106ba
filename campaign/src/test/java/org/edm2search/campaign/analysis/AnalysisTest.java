package org.edm2search.campaign.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.edm2search.campaign.Examples;
import org.edm2search.campaign.journal.CampaignSnapshot;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.Genotype;
import org.edm2search.space.SearchSpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of genes is true of scores that were made to be so. */
final class AnalysisTest {

  private static final SearchSpace SPACE = Examples.space();

  private static List<Trial> trials(int count, long seed, ToDoubleFunction<String> logScore) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Trial> trials = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      Genotype genotype = number == 0 ? SPACE.seedGenotype() : SPACE.random(random);
      double score =
          Math.exp(logScore.applyAsDouble(genotype.text()) + 0.1 * random.nextGaussian());
      trials.add(Examples.complete(number, Candidate.of(SPACE, genotype), score));
    }
    return trials;
  }

  private static GeneEffects genes(List<Trial> trials) {
    return GeneEffects.of(Leaderboard.of(trials).tables().get(0));
  }

  private static double has(String genotype, String word, double effect) {
    return List.of(genotype.split(" ")).contains(word) ? effect : 0;
  }

  @Test
  void anEffectIsFoundWithItsSizeAndTheOthersAreNot() {
    GeneEffects genes = genes(trials(200, 1, text -> 2 + has(text, "kernel@dec=5", -0.3)));
    assertThat(genes.importances().get(0).locus()).isEqualTo("kernel@dec");
    assertThat(genes.importances().get(0).clear()).isTrue();
    assertThat(genes.importances().stream().filter(GeneEffects.Importance::clear)).hasSize(1);
    GeneEffects.Effect best = genes.effects().get(0);
    assertThat(best.value()).isEqualTo("5");
    // Of three values one is e^−0.3: against their mean in logarithms, −0.2.
    assertThat(best.effect()).isCloseTo(Math.expm1(-0.2), within(0.04));
    assertThat(Math.expm1(-0.2)).isBetween(best.low95(), best.high95());
    assertThat(genes.caution()).isEmpty();
    assertThat(genes.interactions().stream().filter(Interaction::clear)).isEmpty();
  }

  @Test
  void nothingIsFoundInNoise() {
    int clear = 0;
    int pairs = 0;
    int covered = 0;
    int effects = 0;
    for (int seed = 0; seed < 20; seed++) {
      GeneEffects genes = genes(trials(60, 100 + seed, text -> 2));
      clear += (int) genes.importances().stream().filter(GeneEffects.Importance::clear).count();
      pairs += genes.interactions().stream().anyMatch(Interaction::clear) ? 1 : 0;
      effects += genes.effects().size();
      covered += (int) genes.effects().stream().filter(effect -> !effect.apart()).count();
    }
    assertThat(clear).isLessThanOrEqualTo(3);
    assertThat(pairs).isLessThanOrEqualTo(3);
    assertThat((double) covered / effects).isGreaterThan(0.93);
  }

  @ParameterizedTest
  @CsvSource({"12, 0.03", "12, 0.1", "40, 0.03", "40, 0.1"})
  void intervalsHoldTheTruthAsOftenAsTheySay(int count, double size) {
    int held = 0;
    int all = 0;
    for (int seed = 0; seed < 40; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Map<String, Double> truth = new HashMap<>();
      ToDoubleFunction<String> score =
          text ->
              Stream.of(text.split(" "))
                  .mapToDouble(
                      word -> truth.computeIfAbsent(word, w -> size * random.nextGaussian()))
                  .sum();
      GeneEffects genes = genes(trials(count, 1000 + seed, score));
      for (GeneEffects.Effect effect : genes.effects()) {
        double mean =
            genes.effects().stream()
                .filter(other -> other.locus().equals(effect.locus()))
                .mapToDouble(other -> truth.get(other.locus() + "=" + other.value()))
                .average()
                .orElseThrow();
        double real = Math.expm1(truth.get(effect.locus() + "=" + effect.value()) - mean);
        held += real >= effect.low95() && real <= effect.high95() ? 1 : 0;
        all++;
      }
    }
    assertThat((double) held / all).as("of %d intervals", all).isBetween(0.92, 0.99);
  }

  @Test
  void aPairThatWorksTogetherIsFound() {
    GeneEffects genes =
        genes(
            trials(
                300,
                2,
                text ->
                    2
                        + (has(text, "embedding@enc=wide", 1) == has(text, "embedding@dec=wide", 1)
                            ? -0.2
                            : 0.2)));
    Interaction first = genes.interactions().get(0);
    assertThat(List.of(first.first(), first.second()))
        .containsExactlyInAnyOrder("embedding@enc", "embedding@dec");
    assertThat(first.clear()).isTrue();
    assertThat(first.share()).isGreaterThan(0.5);
  }

  @Test
  void tooFewArchitecturesAreSaidToBeTooFew() {
    assertThat(genes(trials(4, 3, text -> 2)).caution().orElseThrow())
        .isEqualTo("4 architectures are too few to say anything about genes");
    GeneEffects few = genes(trials(10, 3, text -> 2 + has(text, "kernel@dec=5", -0.3)));
    assertThat(few.caution().orElseThrow()).contains("a hint at most");
  }

  @Test
  void theCourseCountsWhatWasSpentAndTheVolumeNeverFalls() {
    List<Trial> trials = trials(30, 4, text -> 2 + has(text, "expansion@enc=6", -0.3));
    Analysis analysis = Analysis.of(List.of(snapshot(trials))).get(0);
    List<Course.Point> points = analysis.course().points();
    assertThat(points).hasSize(30);
    for (int i = 1; i < points.size(); i++) {
      assertThat(points.get(i).bestScore()).isLessThanOrEqualTo(points.get(i - 1).bestScore());
      assertThat(points.get(i).hypervolume())
          .isBetween(points.get(i - 1).hypervolume() - 1e-12, 1.0);
    }
    assertThat(points.get(29).hypervolume()).isPositive();
    List<Ancestor> line = analysis.ancestry();
    assertThat(line.get(0).trial()).isEqualTo(analysis.best().trial());
    assertThat(line.get(line.size() - 1).trial()).isZero();
    assertThat(line).isSortedAccordingTo((a, b) -> Integer.compare(b.trial(), a.trial()));
    assertThat(AnalysisPictures.of(List.of(analysis)).keySet())
        .contains("importance", "effects", "pareto", "best-so-far", "hypervolume");
  }

  @Test
  void campaignsAreComparedByTheirBest() {
    List<Trial> good = trials(20, 5, text -> 1);
    List<Trial> bad = trials(20, 6, text -> 3);
    Comparison comparison = Comparison.withFirst(List.of(snapshot(bad), snapshot(good))).get(0);
    assertThat(comparison.comparable()).isTrue();
    assertThat(comparison.ratio()).isLessThan(0.3);
    // Trainings scatter more where scores are bad, so that a third of the score is not certain.
    assertThat(comparison.probability()).isGreaterThan(0.9);
  }

  @Test
  void timeGrowsWithTheTrialsAtMost() {
    List<Trial> some = trials(500, 7, text -> 2 + has(text, "kernel@dec=5", -0.3));
    List<Trial> many = new ArrayList<>();
    for (int number = 0; number < 10_000; number++) {
      Trial trial = some.get(number % 500);
      many.add(Examples.complete(number, trial.candidate(), trial.score().orElseThrow()));
    }
    Leaderboard.Table small = Leaderboard.of(many.subList(0, 2_000)).tables().get(0);
    Leaderboard.Table large = Leaderboard.of(many).tables().get(0);
    GeneEffects.of(small); // warms up
    long few = time(small);
    assertThat(time(large)).as("five times the trials").isLessThan(60 * few);
  }

  private static long time(Leaderboard.Table table) {
    long start = System.nanoTime();
    assertThat(GeneEffects.of(table).importances().get(0).locus()).isEqualTo("kernel@dec");
    return System.nanoTime() - start;
  }

  private static CampaignSnapshot snapshot(List<Trial> trials) {
    return new CampaignSnapshot(
        1, Optional.empty(), trials, List.of(), List.of(), List.of(), Map.of(), 0);
  }
}
