package org.edm2search.campaign;

import java.time.Clock;
import java.util.Locale;
import org.edm2search.campaign.fidelity.FidelitySettings;
import org.edm2search.campaign.fidelity.HalvingScheduler.Out;
import org.edm2search.campaign.trial.RungLoss;
import org.edm2search.campaign.trial.Trial;

/** What becomes of trials that are not trained further at a rung. */
final class RungDecisions {

  private final FidelitySettings settings;
  private final TrialProvenances provenances;
  private final Clock clock;

  RungDecisions(FidelitySettings settings, TrialProvenances provenances, Clock clock) {
    this.settings = settings;
    this.provenances = provenances;
    this.clock = clock;
  }

  /** Everything is compared with the seed architecture, so it goes to the top in any case. */
  Trial left(Trial trial, Out out) {
    return out.candidate() == RungCandidates.SEED
        ? trial.toward(settings.top())
        : pruned(trial, "rank %d of %d".formatted(out.rank(), out.of()));
  }

  /** Returns a trial that came to a rung when that had been decided. */
  Trial late(Trial trial) {
    return pruned(trial, "which had been decided before");
  }

  private Trial pruned(Trial trial, String place) {
    RungLoss loss = trial.rungs().atGoal().orElseThrow();
    String reason =
        String.format(
            Locale.ROOT,
            "rung %d of %d: loss %.4g ± %.2g, %s",
            loss.rung() + 1,
            settings.rungs(),
            loss.loss(),
            loss.standardError(),
            place);
    return trial.pruned(reason, provenances.of(trial.number()), clock.instant());
  }
}
