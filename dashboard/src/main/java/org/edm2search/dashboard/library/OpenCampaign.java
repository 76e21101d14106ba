package org.edm2search.dashboard.library;

import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.journal.JournalReader;
import org.edm2search.campaign.rescore.RescoreBook;
import org.edm2search.campaign.rescore.RescoredReport;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;
import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A campaign's journal, opened on demand and read on as it grows. A journal that cannot be read is
 * tried again after a pause, so that one broken campaign does not slow the others down.
 *
 * <p>Thread-safe.
 */
final class OpenCampaign implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OpenCampaign.class);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(3);

  private final CampaignDirectory directory;
  private final Clock clock;
  private @Nullable JournalReader reader;
  private @Nullable Snapshot snapshot;
  private @Nullable Ranking ranking;
  private @Nullable UnreadableCampaignException failure;
  private Instant failedAt = Instant.MIN;
  private Optional<RescoreBook> book = Optional.empty();
  private FileTime bookWritten = RescoreBook.NEVER;

  OpenCampaign(CampaignDirectory directory, Clock clock) {
    this.directory = directory;
    this.clock = clock;
  }

  CampaignDirectory directory() {
    return directory;
  }

  /**
   * Returns the newest state.
   *
   * @throws UnreadableCampaignException if the journal cannot be read
   */
  synchronized Snapshot snapshot() {
    return reading(
        open -> {
          boolean running = directory.runningProcess().isPresent();
          boolean paused = running && directory.pauseRequested();
          boolean news = open.refresh();
          Snapshot newest =
              snapshot == null || news
                  ? new Snapshot(open.snapshot(), running, paused)
                  : snapshot.with(running, paused);
          snapshot = newest;
          return newest;
        });
  }

  /**
   * Returns the newest state with its trials ranked; they are ranked once for all who ask.
   *
   * @throws UnreadableCampaignException if the journal cannot be read
   */
  @SuppressWarnings("ReferenceEquality") // A snapshot is another object when anything changed.
  synchronized Ranking ranking() {
    Snapshot newest = snapshot();
    Ranking last = ranking;
    if (last == null || last.snapshot() != newest) {
      last = new Ranking(newest, Optional.ofNullable(last));
      ranking = last;
    }
    return last;
  }

  /**
   * Returns the tables of scores by other protocols. They are read once as long as their file stays
   * as it is; one that cannot be read has none.
   *
   * @throws UnreadableCampaignException if the journal cannot be read
   */
  synchronized List<RescoredReport> rescored() {
    List<Trial> trials = snapshot().trials();
    FileTime written = RescoreBook.written(directory);
    if (!written.equals(bookWritten)) {
      bookWritten = written;
      book = book();
    }
    return book.map(known -> known.reports(trials)).orElse(List.of());
  }

  private Optional<RescoreBook> book() {
    try {
      return Optional.of(RescoreBook.open(directory));
    } catch (IOException e) {
      LOG.warn("the tables of {} cannot be read", directory.path(), e);
      return Optional.empty();
    }
  }

  /** Returns a trial's loss curve. */
  synchronized List<LossPoint> losses(int trial) {
    return reading(open -> open.losses(trial));
  }

  private <T> T reading(Function<JournalReader, T> reading) {
    if (failure != null && clock.instant().isBefore(failedAt.plus(PAUSE_AFTER_FAILURE))) {
      throw failure;
    }
    try {
      if (reader == null) {
        reader = directory.read();
      }
      T result = reading.apply(reader);
      failure = null;
      return result;
    } catch (Edm2SearchException e) {
      throw failed(e.getMessage(), e);
    } catch (RuntimeException e) {
      LOG.warn("the journal of {} cannot be read", directory.path(), e);
      throw failed(
          "%s: the journal cannot be read (%s); it is tried again in a few seconds"
              .formatted(directory.journal(), e.getMessage()),
          e);
    }
  }

  private UnreadableCampaignException failed(String message, RuntimeException cause) {
    close();
    UnreadableCampaignException failed = new UnreadableCampaignException(message, cause);
    failure = failed;
    failedAt = clock.instant();
    return failed;
  }

  @Override
  public synchronized void close() {
    JournalReader open = reader;
    reader = null;
    snapshot = null;
    ranking = null;
    if (open != null) {
      open.close();
    }
  }
}
