package org.edm2search.cli.command;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.edm2search.campaign.report.PlannedTraining;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Trial;

/**
 * How far a campaign in rungs is, and how long it will take: how far each trial will be trained is
 * open, but not how much all will be trained together. What this run has trained in its time,
 * measurements of losses and scores included, is its pace.
 */
final class RungPace {

  private static final double LEAST = 1e-3;

  private final Map<Integer, Double> trained = new HashMap<>();
  private OptionalDouble planned = OptionalDouble.empty();
  private double before;
  private Optional<Instant> start = Optional.empty();

  void started(CampaignRecord campaign, List<Trial> trials) {
    planned = PlannedTraining.flops(campaign);
    trials.forEach(trial -> trained.put(trial.number(), trial.spent().training().doubleValue()));
    before = sum();
  }

  void progressed(Trial trial, Progress progress) {
    if (start.isEmpty()) {
      start = Optional.of(progress.at());
    }
    if (progress.phase() == Phase.TRAINING) {
      double now = trial.candidate().cost().training(progress.done()).doubleValue();
      trained.merge(trial.number(), now, Math::max);
    }
  }

  private double sum() {
    return trained.values().stream().mapToDouble(one -> one).sum();
  }

  /** Returns the part that is done, 0 to 1; empty if what is planned is not known. */
  OptionalDouble fraction() {
    return planned.isPresent()
        ? OptionalDouble.of(Math.min(1, sum() / planned.getAsDouble()))
        : OptionalDouble.empty();
  }

  /** Returns the seconds left at the pace of this run, once it has one. */
  Optional<Double> secondsLeft(Instant now) {
    OptionalDouble fraction = fraction();
    if (fraction.isEmpty() || start.isEmpty()) {
      return Optional.empty();
    }
    double gained = (sum() - before) / planned.getAsDouble();
    double seconds = Duration.between(start.get(), now).toMillis() / 1e3;
    return gained > LEAST
        ? Optional.of(seconds / gained * (1 - fraction.getAsDouble()))
        : Optional.empty();
  }
}
