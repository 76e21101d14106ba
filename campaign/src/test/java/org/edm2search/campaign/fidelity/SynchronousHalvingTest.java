package org.edm2search.campaign.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.edm2search.campaign.fidelity.FidelitySettings.Mode;
import org.edm2search.campaign.fidelity.HalvingScheduler.Decision;
import org.junit.jupiter.api.Test;

class SynchronousHalvingTest extends HalvingSchedulerContract {

  @Override
  FidelitySettings settings() {
    return FidelitySettings.of(Mode.REPRODUCIBLE, RUNGS, FACTOR);
  }

  @Test
  void decidesTheSameWithOneWorkerAndWithThree() {
    Run one = new Run(settings()).decide(150, 1, new SplittableRandom(1));
    Run three = new Run(settings()).decide(150, 3, new SplittableRandom(2));
    assertThat(three.decisions).isEqualTo(one.decisions);
  }

  @Test
  void aBracketOfNineLeavesOneAtTheTop() {
    Run run = new Run(settings()).decide(13, 1, new SplittableRandom(1));
    assertThat(List.of(run.to(0), run.to(1), run.to(2))).containsExactly(9L, 3L, 1L);
    assertThat(run.decisions.get(12)).isEqualTo(new Decision.Train(0, 2, false));
  }

  @Test
  void bracketsOfHyperbandBeginAtEachRungInTurnAndCostAboutTheSame() {
    FidelitySettings settings = new FidelitySettings(Mode.REPRODUCIBLE, 3, 3, 9, 3, 64);
    assertThat(List.of(settings.firstRung(0), settings.firstRung(1), settings.firstRung(2)))
        .containsExactly(0, 1, 2);
    assertThat(List.of(settings.width(0), settings.width(1), settings.width(2)))
        .containsExactly(9, 5, 3);
    Run run = new Run(settings).decide(200, 2, new SplittableRandom(6));
    assertThat(run.decisions)
        .filteredOn(Decision.Train::fresh)
        .extracting(Decision.Train::rung)
        .contains(0, 1, 2);
  }

  @Test
  void promotesAFrontOfTwoObjectivesRatherThanTheBestScores() {
    HalvingScheduler scheduler =
        HalvingScheduler.of(
            new FidelitySettings(Mode.REPRODUCIBLE, 2, 2, 4, 1, 64), Optional.empty());
    for (int i = 0; i < 4; i++) {
      scheduler.ask(true);
    }
    // Score and cost: 3 has the worst score, but nobody is cheaper; 1 and 2 are dominated by 0.
    scheduler.tell(new RungResult(0, 0, List.of(1.0, 5.0)));
    scheduler.tell(new RungResult(1, 0, List.of(1.1, 6.0)));
    scheduler.tell(new RungResult(2, 0, List.of(1.2, 7.0)));
    scheduler.tell(new RungResult(3, 0, List.of(9.0, 1.0)));
    assertThat(scheduler.ask(true)).isEqualTo(new Decision.Train(0, 1, false));
    assertThat(scheduler.ask(true)).isEqualTo(new Decision.Train(3, 1, false));
    assertThat(scheduler.ask(true)).isInstanceOf(Decision.Wait.class);
  }
}
