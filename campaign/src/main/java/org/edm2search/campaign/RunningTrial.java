package org.edm2search.campaign;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import org.edm2search.campaign.store.StoreAbandonedException;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes an objective's news to the store, about once a second, and to the listener. */
final class RunningTrial implements TrialProgress {

  private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(RunningTrial.class);

  private final Trial trial;
  private final TrialStore store;
  private final CampaignListener listener;
  private final BooleanSupplier stop;
  private final Clock clock;
  private Optional<Progress> stored = Optional.empty();

  RunningTrial(
      Trial trial, TrialStore store, CampaignListener listener, BooleanSupplier stop, Clock clock) {
    this.trial = trial;
    this.store = store;
    this.listener = listener;
    this.stop = stop;
    this.clock = clock;
  }

  @Override
  public synchronized void report(
      Phase phase, long done, long total, OptionalDouble loss, double imagesPerSecond) {
    Instant now = clock.instant();
    Progress progress =
        new Progress(trial.number(), phase, done, total, loss, imagesPerSecond, now);
    boolean due =
        stored
            .map(
                last ->
                    last.phase() != phase
                        || done == total
                        || !now.isBefore(last.at().plus(BETWEEN_REPORTS)))
            .orElse(true);
    if (due) {
      tell(() -> store.report(progress));
      stored = Optional.of(progress);
    }
    listener.trialProgressed(trial, progress);
  }

  @Override
  public void record(LossPoint point) {
    tell(() -> store.record(trial.number(), point));
  }

  /** A trial that is to save its work does so, whether the store hears of it or not. */
  private static void tell(Runnable news) {
    try {
      news.run();
    } catch (StoreAbandonedException e) {
      LOG.debug("not stored", e);
    }
  }

  @Override
  public void silent(Duration since, Duration limit) {
    listener.trialSilent(trial, since, limit);
  }

  @Override
  public boolean stopRequested() {
    return stop.getAsBoolean();
  }
}
