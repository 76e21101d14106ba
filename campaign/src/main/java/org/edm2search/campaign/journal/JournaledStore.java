package org.edm2search.campaign.journal;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.LossCurve;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;

/**
 * A store and its journal: whatever the store has committed is in the journal before the call
 * returns, so before anybody is told.
 *
 * <p>News of running trials is gathered and written together, about once a second for all trials; a
 * trial's own before it changes its state. A kill loses at most that second; a trial that goes on
 * from its checkpoint reports the points that the checkpoint holds again.
 *
 * <p>Thread-safe.
 */
public final class JournaledStore implements TrialStore {

  private static final Duration BETWEEN_BATCHES = Duration.ofSeconds(1);

  private final TrialStore store;
  private final JournalWriter journal;
  private final Clock clock;
  private final GatheredNews news = new GatheredNews();
  private final Set<Integer> running = new HashSet<>();
  private Instant nextBatch = Instant.MIN;

  private JournaledStore(TrialStore store, JournalWriter journal, Clock clock) {
    this.store = store;
    this.journal = journal;
    this.clock = clock;
  }

  /**
   * Writes a store's journal anew, whatever was there, and keeps it.
   *
   * @param store closed with this one
   * @param journal its journal's file
   */
  public static JournaledStore of(TrialStore store, Path journal, Clock clock) {
    JournalWriter writer = new JournalWriter(journal);
    writer.rewrite(store);
    return new JournaledStore(store, writer, clock);
  }

  @Override
  public void onConnectionNews(Consumer<String> listener) {
    store.onConnectionNews(listener);
  }

  /** Not synchronized: whoever waits for the connection has the lock. */
  @Override
  public void waitNoLonger() {
    store.waitNoLonger();
  }

  private interface Write {
    void to(TrialStore store);
  }

  /** Writes to the store and, if that changed anything, to the journal. */
  private void write(Write write, JournalEntry entry) {
    long before = store.revision();
    write.to(store);
    long revision = store.revision();
    if (revision == before) {
      return;
    }
    // An interrupt would close the file under the writer.
    boolean interrupted = Thread.interrupted();
    try {
      if (journal.dueForRewrite()) {
        journal.rewrite(store);
      } else {
        journal.append(revision, entry);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  // ---------------------------------------------------------------- steps of trials

  @Override
  public synchronized void save(CampaignRecord campaign) {
    CampaignRecord saved =
        store.campaign().map(before -> campaign.createdAt(before.createdAt())).orElse(campaign);
    write(to -> to.save(saved), JournalEntry.of(saved));
  }

  @Override
  public synchronized void create(Trial trial, List<Rejection> rejections, String strategyState) {
    write(to -> to.create(trial, rejections, strategyState), JournalEntry.of(trial, rejections));
  }

  @Override
  public synchronized void start(Trial trial) {
    write(to -> to.start(trial), JournalEntry.of(trial));
    running.add(trial.number());
  }

  @Override
  public synchronized void finish(Trial finished, String strategyState) {
    write(news.take(finished.number()));
    write(to -> to.finish(finished, strategyState), JournalEntry.of(finished));
    running.remove(finished.number());
  }

  @Override
  public synchronized void decide(List<Trial> decided, String strategyState) {
    decided.forEach(trial -> write(news.take(trial.number())));
    write(to -> to.decide(decided, strategyState), JournalEntry.ofTrials(decided));
    decided.forEach(trial -> running.remove(trial.number()));
  }

  @Override
  public synchronized void record(Attempt attempt) {
    write(news.take(attempt.trial()));
    write(to -> to.record(attempt), JournalEntry.ofAttempts(List.of(attempt)));
  }

  @Override
  public synchronized void putBack(Trial waiting) {
    write(news.take(waiting.number()));
    write(to -> to.putBack(waiting), JournalEntry.of(waiting));
    running.remove(waiting.number());
  }

  @Override
  public synchronized void exclude(Trial excluded) {
    write(news.take(excluded.number()));
    write(to -> to.exclude(excluded), JournalEntry.of(excluded));
    running.remove(excluded.number());
  }

  // ---------------------------------------------------------------- news

  @Override
  public synchronized void record(LossCurve curve) {
    if (running.contains(curve.trial())) {
      news.add(curve);
      flushIfDue();
    } else {
      TrialStore.super.record(curve); // which the store refuses
    }
  }

  @Override
  public synchronized void report(Progress latest) {
    if (running.contains(latest.trial())) {
      news.put(latest);
      flushIfDue();
    } else {
      TrialStore.super.report(latest);
    }
  }

  private void flushIfDue() {
    Instant now = clock.instant();
    if (news.full() || !now.isBefore(nextBatch)) {
      nextBatch = now.plus(BETWEEN_BATCHES);
      flush();
    }
  }

  /** Writes the gathered news now. */
  public synchronized void flush() {
    write(news.take());
  }

  private void write(GatheredNews.Taken taken) {
    if (!taken.isEmpty()) {
      write(
          to -> to.add(taken.curves(), taken.latest()),
          JournalEntry.ofNews(taken.curves(), taken.latest()));
    }
  }

  @Override
  public synchronized void add(List<LossCurve> curves, List<Progress> latest) {
    flush();
    write(to -> to.add(curves, latest), JournalEntry.ofNews(curves, latest));
  }

  // ---------------------------------------------------------------- reading

  @Override
  public synchronized long revision() {
    flush();
    return store.revision();
  }

  @Override
  public Optional<CampaignRecord> campaign() {
    return store.campaign();
  }

  @Override
  public List<Trial> trials() {
    return store.trials();
  }

  @Override
  public Optional<Trial> trial(int number) {
    return store.trial(number);
  }

  @Override
  public synchronized List<LossPoint> losses(int number) {
    write(news.take(number));
    return store.losses(number);
  }

  @Override
  public synchronized List<Progress> progress() {
    flush();
    return store.progress();
  }

  @Override
  public List<Attempt> attempts() {
    return store.attempts();
  }

  @Override
  public List<Rejection> rejections() {
    return store.rejections();
  }

  @Override
  public Optional<String> strategyState() {
    return store.strategyState();
  }

  @Override
  public synchronized void forEachCurve(Consumer<LossCurve> action) {
    flush();
    store.forEachCurve(action);
  }

  @Override
  public void backup(Path file) {
    store.backup(file);
  }

  @Override
  public synchronized void close() {
    try {
      flush();
    } finally {
      journal.close();
      store.close();
    }
  }
}
