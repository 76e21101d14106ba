package org.edm2search.dashboard.library;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.trial.LossPoint;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.Edm2SearchException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A campaign's store, opened on demand and kept open. A store that cannot be read is tried again
 * after a pause, so that one broken campaign does not slow the others down.
 *
 * <p>Thread-safe.
 */
final class OpenCampaign implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OpenCampaign.class);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(3);

  private final CampaignDirectory directory;
  private final Clock clock;
  private final Map<Integer, Long> imagesOfUnscored = new HashMap<>();
  private TrialReader reader;
  private Snapshot snapshot;
  private UnreadableCampaignException failure;
  private Instant failedAt = Instant.MIN;

  OpenCampaign(CampaignDirectory directory, Clock clock) {
    this.directory = directory;
    this.clock = clock;
  }

  CampaignDirectory directory() {
    return directory;
  }

  /**
   * Returns the store's newest state.
   *
   * @throws UnreadableCampaignException if the store cannot be read
   */
  synchronized Snapshot snapshot() {
    return reading(
        open -> {
          boolean running = directory.runningProcess().isPresent();
          if (snapshot == null || open.revision() != snapshot.revision()) {
            snapshot = Snapshot.of(open, running);
          } else {
            snapshot = snapshot.withRunning(running);
          }
          return snapshot;
        });
  }

  /** Returns the images trained by those trials that ended without a measurement. */
  synchronized Map<Integer, Long> imagesOfUnscored(Snapshot of) {
    return reading(
        open -> {
          for (Trial trial : of.trials()) {
            boolean unscored = trial.state().finished() && trial.measurement().isEmpty();
            if (unscored && !imagesOfUnscored.containsKey(trial.number())) {
              List<LossPoint> losses = open.losses(trial.number());
              imagesOfUnscored.put(
                  trial.number(), losses.isEmpty() ? 0L : losses.get(losses.size() - 1).images());
            }
          }
          return Map.copyOf(imagesOfUnscored);
        });
  }

  /** Returns a trial's loss curve. */
  synchronized List<LossPoint> losses(int trial) {
    return reading(open -> open.losses(trial));
  }

  private interface Reading<T> {
    T read(TrialReader reader);
  }

  private <T> T reading(Reading<T> reading) {
    if (failure != null && clock.instant().isBefore(failedAt.plus(PAUSE_AFTER_FAILURE))) {
      throw failure;
    }
    try {
      if (reader == null) {
        reader = directory.read();
      }
      T result = reading.read(reader);
      failure = null;
      return result;
    } catch (Edm2SearchException e) {
      throw failed(e.getMessage(), e);
    } catch (RuntimeException e) {
      LOG.warn("the store of {} cannot be read", directory.path(), e);
      throw failed(
          "%s: the store cannot be read (%s); it is tried again in a few seconds"
              .formatted(directory.store(), e.getMessage()),
          e);
    }
  }

  private UnreadableCampaignException failed(String message, RuntimeException cause) {
    close();
    failure = new UnreadableCampaignException(message, cause);
    failedAt = clock.instant();
    return failure;
  }

  @Override
  public synchronized void close() {
    TrialReader open = reader;
    reader = null;
    snapshot = null;
    if (open != null) {
      try {
        open.close();
      } catch (RuntimeException e) {
        LOG.debug("closing the store of {}", directory.path(), e);
      }
    }
  }
}
