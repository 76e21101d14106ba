package org.edm2search.campaign;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.store.StoreAbandonedException;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.InvalidConfigException;

/**
 * A search: ask the strategy for candidates, run them, tell the strategy ({@link Search} has the
 * order).
 *
 * <p>Everything is in the store before the next step begins, so a campaign killed at any moment and
 * opened again goes on as if nothing had happened: a trial that was running is run again with the
 * same number, genotype and seed, and the strategy proposes what it would have proposed.
 */
public final class Campaign implements AutoCloseable {

  private final CampaignConfig config;
  private final SearchSpace space;
  private final CampaignDirectory directory;
  private final TrialStore store;
  private final RunLock lock;
  private final Provenance environment;
  private final Pricing pricing;
  private final Clock clock;
  private final Optional<CampaignRecord> before;
  private volatile boolean stop;

  private Campaign(
      CampaignConfig config,
      SearchSpace space,
      Provenance environment,
      Pricing pricing,
      Clock clock,
      RunLock lock,
      TrialStore store,
      Optional<CampaignRecord> before) {
    this.before = before;
    this.config = config;
    this.space = space;
    this.directory = config.directory();
    this.environment = environment;
    this.pricing = pricing;
    this.clock = clock;
    this.lock = lock;
    this.store = store;
  }

  /**
   * Starts a campaign in its config's directory, or opens it to go on.
   *
   * @param space from the config
   * @param environment digests of data and features, versions, device; kept with each trial
   * @param pricing what trials cost
   * @throws InvalidConfigException if the directory's campaign had other settings or its store is
   *     damaged
   * @throws Edm2SearchException if another run has the directory
   */
  public static Campaign open(
      CampaignConfig config,
      SearchSpace space,
      Provenance environment,
      Pricing pricing,
      Clock clock) {
    return open(config, space, environment, pricing, Set.of(), clock);
  }

  /**
   * Does the same where what some digests are of was changed on purpose: its trials that have no
   * outcome begin anew, and each trial's provenance says what it was run with.
   *
   * @param accepted roles of the environment's digests that may differ from the last trial's
   */
  public static Campaign open(
      CampaignConfig config,
      SearchSpace space,
      Provenance environment,
      Pricing pricing,
      Set<String> accepted,
      Clock clock) {
    CampaignDirectory directory = config.directory();
    if (directory.runningProcess().isEmpty()) {
      new CampaignStore(directory).requireRunnable(config.store());
    }
    directory.create();
    RunLock lock = directory.lock();
    TrialStore store = null;
    try {
      AtomicFile.deleteLeftovers(directory.trials());
      directory.requests().forget();
      store = new CampaignStore(directory).open(config.store(), clock);
      Continuation.require(config, space, environment.without(accepted), store);
      if (!accepted.isEmpty()) {
        Continuation.beginAnewIfChanged(directory, environment, store);
      }
      Optional<CampaignRecord> before = store.campaign();
      store.save(record(config, store, clock));
      AtomicFile.write(directory.config(), config.text());
      return new Campaign(config, space, environment, pricing, clock, lock, store, before);
    } catch (RuntimeException e) {
      if (store != null) {
        store.close();
      }
      lock.close();
      throw e;
    }
  }

  private static CampaignRecord record(CampaignConfig config, TrialReader store, Clock clock) {
    return new CampaignRecord(
        config.name(),
        config.search().strategy().text(),
        config.seed(),
        config.trials() + config.repeats(),
        config.text(),
        config.digest(),
        store.campaign().map(CampaignRecord::createdAt).orElseGet(clock::instant),
        "");
  }

  // ---------------------------------------------------------------- trying again

  /**
   * Puts failed trials back, to be tried again by the next {@link #run(TrialExecutor,
   * CampaignListener)}. That they failed stays in their history.
   *
   * @return their numbers
   */
  public List<Integer> putBackFailed(Predicate<Trial> which) {
    return Retrying.failed(store, which);
  }

  // ---------------------------------------------------------------- running

  /**
   * Runs trials one after the other in this process; otherwise as {@link #run(TrialExecutor,
   * CampaignListener)}.
   */
  public CampaignResult run(Objective objective, CampaignListener listener) {
    try (TrialExecutor executor = new InProcessExecutor(objective)) {
      return run(executor, listener);
    }
  }

  /**
   * Runs trials until all planned ones are finished, the budget or the space is exhausted, a stop
   * is requested or something must be mended first: a trial failed through the environment as often
   * as the config's executor allows, or three trials in a row failed and none ever completed.
   */
  public CampaignResult run(TrialExecutor executor, CampaignListener listener) {
    store.onConnectionNews(listener::storeConnection);
    listener.campaignStarted(store.campaign().orElseThrow(), store.trials());
    CampaignResult result;
    try (Backups backups = new Backups(store, directory.backup())) {
      result = new CampaignRun(this, executor, listener, backups, Optional.empty()).toEnd();
      CampaignRecord record = store.campaign().orElseThrow().withNote(result.note());
      store.save(
          result.ending() == CampaignResult.Ending.DONE
              ? record.withPlannedTrials(result.trials().size())
              : record);
      copyAtEnd(backups, result);
    }
    listener.campaignEnded(result);
    return result;
  }

  /**
   * Trains candidates again and proposes none: repeats are trials of the campaign, which is as far
   * afterwards as it was before. Its budget does not limit them.
   *
   * @param repeats which
   * @throws Edm2SearchException if the search has trials that have not ended
   */
  public CampaignResult repeat(Repeats repeats, TrialExecutor executor, CampaignListener listener) {
    List<Trial> trials = store.trials();
    requireSearchEnded(trials);
    store.onConnectionNews(listener::storeConnection);
    listener.campaignStarted(store.campaign().orElseThrow(), trials);
    CampaignResult result;
    try (Backups backups = new Backups(store, directory.backup())) {
      result = new CampaignRun(this, executor, listener, backups, Optional.of(repeats)).toEnd();
      int more = result.trials().size() - trials.size();
      before.ifPresent(
          record -> store.save(record.withPlannedTrials(record.plannedTrials() + more)));
      copyAtEnd(backups, result);
    }
    listener.campaignEnded(result);
    return result;
  }

  /** Where the campaign must be mended, as on a full disk, that is what the user is to read. */
  private static void copyAtEnd(Backups backups, CampaignResult result) {
    if (result.ending() == CampaignResult.Ending.HALTED) {
      backups.writeIfPossible();
    } else {
      backups.write();
    }
  }

  private void requireSearchEnded(List<Trial> trials) {
    for (Trial trial : trials) {
      if (trial.repeatOf().isEmpty() && !trial.state().finished()) {
        throw new Edm2SearchException(
            "%s: only what a search has found is trained again, but trial %d is %s; 'edm2-search run' goes on with it, 'edm2-search exclude' leaves it out"
                .formatted(directory.path(), trial.number(), trial.state()));
      }
    }
  }

  CampaignConfig config() {
    return config;
  }

  SearchSpace space() {
    return space;
  }

  TrialStore store() {
    return store;
  }

  Provenance environment() {
    return environment;
  }

  Pricing pricing() {
    return pricing;
  }

  Clock clock() {
    return clock;
  }

  /** Returns whether somebody asked to stop. Callable from any thread. */
  public boolean stopRequested() {
    return stop;
  }

  /** Asks the running trials to save their work, and the run to end. Callable from any thread. */
  public void requestStop() {
    stop = true;
  }

  /** Returns whether somebody asked to wait, from any process. */
  boolean pauseRequested() {
    return directory.pauseRequested();
  }

  /**
   * Does the same for somebody who waits for the end: the run does not wait for a lost connection
   * to its store, but throws a {@link StoreAbandonedException}. Callable from any thread.
   */
  public void requestPromptStop() {
    requestStop();
    store.waitNoLonger();
  }

  /** Returns what is recorded so far. */
  public TrialReader trials() {
    return store;
  }

  /** Returns the directory. */
  public CampaignDirectory directory() {
    return directory;
  }

  /** Closes the store and frees the directory. */
  @Override
  public void close() {
    store.close();
    lock.close();
  }
}
