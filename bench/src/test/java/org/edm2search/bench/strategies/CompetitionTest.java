package org.edm2search.bench.strategies;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.edm2search.bench.strategies.Comparison.Standing;
import org.junit.jupiter.api.Test;

class CompetitionTest {

  private static final CandidateTable TABLE =
      CandidateTable.parse(SyntheticTable.lines(0.05, 1), "synthetic");

  @Test
  void readsEveryArchitectureWithItsTwoSeeds() {
    assertThat(TABLE.outcomes()).hasSize(168);
    assertThat(TABLE.outcomes().values()).allMatch(seeds -> seeds.size() == 2);
    assertThat(TABLE.space().size()).isEqualTo(168);
  }

  @Test
  void everyContenderSpendsTheBudgetAndNoMoreThanOnePurchaseOver() {
    World world = World.crossFit(TABLE, 0, 12);
    double dearest =
        world.seen().values().stream().mapToDouble(Outcome::fullFlops).max().orElseThrow();
    for (Contender contender : Contender.values()) {
      List<Account.Step> steps = contender.play(world, 3).steps();
      double most = 1 + 2 * dearest / world.budget();
      assertThat(steps.get(steps.size() - 1).spent()).isBetween(0.7, most);
      assertThat(contender.play(world, 3).steps()).isEqualTo(steps);
    }
  }

  @Test
  void whoLearnsFromScoresBeatsRandomWhereThereIsSomethingToLearn() {
    List<Contender> contenders =
        List.of(Contender.RANDOM, Contender.MODEL, Contender.HALVING_MODEL);
    Competition competition = Competition.on(TABLE, contenders, 20, 60, false, line -> {});
    for (Standing standing : competition.standings()) {
      if (standing.contender() != Contender.RANDOM) {
        assertThat(standing.difference().value()).isLessThan(-0.03);
        assertThat(standing.p()).isLessThan(0.01);
        assertThat(standing.share().value()).isLessThan(0.8);
      }
    }
  }

  @Test
  void nobodyWinsWhereHeldOutScoresAreShuffled() {
    List<Contender> contenders =
        List.of(Contender.RANDOM, Contender.MODEL, Contender.HALVING, Contender.LOCAL);
    Competition competition = Competition.on(TABLE, contenders, 12, 80, true, line -> {});
    for (Standing standing : competition.standings()) {
      if (standing.contender() != Contender.RANDOM) {
        assertThat(standing.p()).isGreaterThan(0.01);
        assertThat(standing.difference().value()).isBetween(-0.12, 0.12);
      }
    }
  }

  @Test
  void holmMultipliesByWhatIsLeftAndNeverDescends() {
    assertThat(Comparison.holm(Map.of("a", 0.01, "b", 0.04, "c", 0.03, "d", 0.5)))
        .containsExactlyInAnyOrderEntriesOf(Map.of("a", 0.04, "b", 0.09, "c", 0.09, "d", 0.5));
  }

  @Test
  void drawsALineForEachContender() {
    Competition competition =
        Competition.on(TABLE, List.of(Contender.RANDOM, Contender.LOCAL), 6, 4, false, line -> {});
    String svg = CurvePicture.svg("t", competition.curves(), 6);
    assertThat(svg).contains(">random</text>", ">local</text>").endsWith("</svg>\n");
    assertThat(svg.split("stroke-width='2.0'", -1)).hasSize(3);
    assertThat(competition.markdown().lines()).hasSize(4);
  }
}
