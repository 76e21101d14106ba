package org.edm2search.campaign.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.edm2search.campaign.fidelity.FidelitySettings.Mode;
import org.edm2search.campaign.fidelity.HalvingScheduler.Decision;
import org.junit.jupiter.api.Test;

class AsynchronousHalvingTest extends HalvingSchedulerContract {

  @Override
  FidelitySettings settings() {
    return FidelitySettings.of(Mode.ASYNCHRONOUS, RUNGS, FACTOR);
  }

  @Test
  void neverWaitsWhileFreshCandidatesAreToBeHad() {
    Run run = new Run(settings());
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 200; i++) {
      assertThat(run.ask()).isInstanceOf(Decision.Train.class);
      if (random.nextBoolean()) {
        run.end(random.nextInt(run.running.size()));
      }
    }
  }
}
