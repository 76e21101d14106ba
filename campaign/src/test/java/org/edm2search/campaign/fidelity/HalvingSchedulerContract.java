package org.edm2search.campaign.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.edm2search.campaign.fidelity.HalvingScheduler.Decision;
import org.junit.jupiter.api.Test;

/** What every scheduler does. */
abstract class HalvingSchedulerContract {

  static final int FACTOR = 3;
  static final int RUNGS = 3;

  abstract FidelitySettings settings();

  /** A campaign that trains in the given number of workers, ending in a random order. */
  static final class Run {
    final FidelitySettings settings;
    final List<Decision.Train> decisions = new ArrayList<>();
    final List<Decision.Train> running = new ArrayList<>();
    HalvingScheduler scheduler;

    Run(FidelitySettings settings) {
      this.settings = settings;
      scheduler = HalvingScheduler.of(settings, Optional.empty());
    }

    void restart() {
      scheduler = HalvingScheduler.of(settings, Optional.of(scheduler.state()));
    }

    Decision ask() {
      Decision decision = scheduler.ask(true);
      if (decision instanceof Decision.Train train) {
        decisions.add(train);
        running.add(train);
      }
      return decision;
    }

    void end(int index) {
      Decision.Train train = running.remove(index);
      scheduler.tell(new RungResult(train.candidate(), train.rung(), objectives(train)));
    }

    /** Candidate 5 fails; the others are the better the nearer they are to a multiple of 7. */
    private static List<Double> objectives(Decision.Train train) {
      return train.candidate() == 5
          ? List.of()
          : List.of(10.0 + train.candidate() % 7 - train.rung());
    }

    Run decide(int count, int workers, SplittableRandom random) {
      while (decisions.size() < count) {
        boolean full = running.size() == workers;
        if (full || !(ask() instanceof Decision.Train)) {
          end(random.nextInt(running.size()));
        }
      }
      return this;
    }

    long to(int rung) {
      return decisions.stream().filter(train -> train.rung() == rung).count();
    }
  }

  @Test
  void numbersFreshCandidatesInOrder() {
    Run run = new Run(settings()).decide(100, 4, new SplittableRandom(1));
    List<Integer> fresh =
        run.decisions.stream()
            .filter(Decision.Train::fresh)
            .map(Decision.Train::candidate)
            .toList();
    for (int i = 0; i < fresh.size(); i++) {
      assertThat(fresh.get(i)).isEqualTo(i);
    }
  }

  @Test
  void promotesOneRungAtATimeEachCandidateOnceAndNoneThatFailed() {
    Run run = new Run(settings()).decide(300, 4, new SplittableRandom(2));
    assertThat(run.decisions).doesNotHaveDuplicates();
    for (Decision.Train train : run.decisions) {
      assertThat(train.candidate() == 5 && !train.fresh()).isFalse();
      if (!train.fresh()) {
        assertThat(run.decisions)
            .anyMatch(
                before ->
                    before.candidate() == train.candidate() && before.rung() == train.rung() - 1);
      }
    }
  }

  @Test
  void trainsTheBestThirdFurther() {
    Run run = new Run(settings()).decide(500, 1, new SplittableRandom(3));
    assertThat((double) run.to(1) / run.to(0)).isBetween(0.28, 0.36);
    assertThat((double) run.to(2) / run.to(1)).isBetween(0.25, 0.38);
  }

  @Test
  void goesOnAfterAnyKillAsIfNothingHadHappened() {
    Run undisturbed = new Run(settings()).decide(120, 3, new SplittableRandom(4));
    Run killed = new Run(settings());
    SplittableRandom random = new SplittableRandom(4);
    for (int count = 1; count <= 120; count++) {
      killed.restart();
      killed.decide(count, 3, random);
    }
    assertThat(killed.decisions).isEqualTo(undisturbed.decisions);
    assertThat(killed.scheduler.state()).isEqualTo(undisturbed.scheduler.state());
  }

  @Test
  void endsWhenNoFurtherCandidatesComeAndAllAreDecided() {
    Run run = new Run(settings()).decide(40, 2, new SplittableRandom(5));
    long fresh = run.decisions.stream().filter(Decision.Train::fresh).count();
    run.scheduler.close();
    while (!(run.ask() instanceof Decision.Done)) {
      if (!run.running.isEmpty()) {
        run.end(0);
      }
    }
    assertThat(run.running).isEmpty();
    assertThat(run.decisions.stream().filter(Decision.Train::fresh).count()).isEqualTo(fresh);
  }

  @Test
  void refusesAResultNobodyWaitsFor() {
    Run run = new Run(settings());
    run.ask();
    assertThatThrownBy(() -> run.scheduler.tell(new RungResult(1, 0, List.of(1.0))))
        .hasMessage("candidate 1 is not in training to rung 0");
  }
}
