package org.edm2search.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.edm2search.campaign.CampaignResult.Ending;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.store.StoreException;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.campaign.strategy.SearchStrategy;
import org.edm2search.campaign.strategy.SearchStrategy.Proposal;
import org.edm2search.campaign.strategy.SeedStream;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.space.Edm2SearchException;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.yaml.InvalidConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A search: ask the strategy for a candidate, run the objective, tell the strategy.
 *
 * <p>Everything is in the store before the next step begins, so a campaign killed at any moment and
 * opened again goes on as if nothing had happened: a trial that was running is run again with the
 * same number, genotype and seed, and the strategy proposes what it would have proposed.
 */
public final class Campaign implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Campaign.class);

  /** So many failures with no success at all look like a broken setup, not like bad luck. */
  private static final int HOPELESS_FAILURES = 3;

  private static final int LONGEST_REASON = 500;
  private static final Duration BETWEEN_BACKUPS = Duration.ofMinutes(1);

  private final CampaignConfig config;
  private final SearchSpace space;
  private final CampaignDirectory directory;
  private final TrialStore store;
  private final RunLock lock;
  private final Provenance environment;
  private final Pruner pruner;
  private final Clock clock;
  private final SeedStream seeds;
  private final SearchStrategy strategy;
  private Instant nextBackup = Instant.MIN;
  private volatile boolean stop;

  private Campaign(
      CampaignConfig config,
      SearchSpace space,
      Provenance environment,
      Pruner pruner,
      Clock clock,
      RunLock lock,
      TrialStore store) {
    this.config = config;
    this.space = space;
    this.directory = config.directory();
    this.environment = environment;
    this.pruner = pruner;
    this.clock = clock;
    this.lock = lock;
    this.store = store;
    this.seeds = new SeedStream(config.seed());
    this.strategy =
        config.search().strategy(space, config.seed(), store.trials(), store.strategyState());
  }

  /**
   * Starts a campaign in its config's directory, or opens it to go on. Candidates are never pruned.
   *
   * @param space from the config
   * @param environment digests of data and features, versions, device; kept with each trial
   * @throws InvalidConfigException if the directory's campaign had other settings or its store is
   *     damaged
   * @throws Edm2SearchException if another run has the directory
   */
  public static Campaign open(
      CampaignConfig config, SearchSpace space, Provenance environment, Clock clock) {
    return open(config, space, environment, Pruner.NONE, clock);
  }

  /** Does the same with a pruner. */
  public static Campaign open(
      CampaignConfig config,
      SearchSpace space,
      Provenance environment,
      Pruner pruner,
      Clock clock) {
    CampaignDirectory directory = config.directory();
    directory.create();
    RunLock lock = directory.lock();
    TrialStore store = null;
    try {
      store = directory.open();
      requireContinues(config, space, environment, store);
      store.save(record(config, store, clock));
      replace(directory.config(), config.text());
      return new Campaign(config, space, environment, pruner, clock, lock, store);
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
        config.trials(),
        config.text(),
        config.digest(),
        store.campaign().map(CampaignRecord::createdAt).orElseGet(clock::instant),
        "");
  }

  private static void requireContinues(
      CampaignConfig config, SearchSpace space, Provenance environment, TrialReader store) {
    CampaignDirectory directory = config.directory();
    Optional<CampaignRecord> before = store.campaign();
    if (before.isEmpty()) {
      if (Files.exists(directory.trial(0))) {
        throw new InvalidConfigException(
            directory.store().toString(),
            "the store is empty, but trials/ is not; restore a copy (unzip backup.zip beside it) or"
                + " start a new campaign directory");
      }
      return;
    }
    config.requireContinues(before.get().configText(), directory);
    List<Trial> trials = store.trials();
    if (!trials.isEmpty()
        && !trials.get(0).candidate().architectureId().equals(space.seedGenotype().id())) {
      throw changed(directory, "the data set now gives another seed architecture");
    }
    for (Trial trial : trials) {
      Map<String, String> recorded = trial.provenance().map(Provenance::digests).orElse(Map.of());
      environment
          .digests()
          .forEach(
              (role, digest) -> {
                if (!recorded.getOrDefault(role, digest).equals(digest)) {
                  throw changed(
                      directory,
                      "%s changed: its digest is %s, but trial %d was run with %s"
                          .formatted(role, digest, trial.number(), recorded.get(role)));
                }
              });
    }
  }

  private static InvalidConfigException changed(CampaignDirectory directory, String what) {
    return new InvalidConfigException(
        directory.path().toString(), what + "; start a new campaign directory");
  }

  private static void replace(Path file, String text) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new Edm2SearchException("cannot write %s: %s".formatted(file, e), e);
    }
  }

  // ---------------------------------------------------------------- the loop

  /**
   * Runs trials until all planned ones are finished, the space is exhausted or a stop is requested.
   *
   * @throws Edm2SearchException if the first three trials of this run fail and none ever completed
   */
  public CampaignResult run(Objective objective, CampaignListener listener) {
    listener.campaignStarted(store.campaign().orElseThrow(), store.trials());
    CampaignResult result = loop(objective, listener);
    store.save(store.campaign().orElseThrow().withNote(result.note()));
    store.backup(directory.backup());
    listener.campaignEnded(result);
    return result;
  }

  private CampaignResult loop(Objective objective, CampaignListener listener) {
    int failures = 0;
    while (!stop) {
      Optional<Trial> next = unfinished();
      if (next.isEmpty()) {
        int number = store.trials().size();
        if (number >= config.trials()) {
          return ended(Ending.DONE, "all %d trials are finished".formatted(number));
        }
        Proposal proposal = strategy.ask();
        if (proposal instanceof Proposal.Exhausted exhausted) {
          return ended(Ending.EXHAUSTED, exhausted.note());
        }
        next = Optional.of(create(number, (Proposal.Try) proposal, listener));
      }
      Optional<Trial> finished = run(next.get(), objective, listener);
      if (finished.isEmpty()) {
        break;
      }
      failures = finished.get().state() == TrialState.FAILED ? failures + 1 : 0;
      requireHope(failures, finished.get());
    }
    return ended(Ending.STOPPED, "stopped; run it again to go on");
  }

  private CampaignResult ended(Ending ending, String note) {
    return new CampaignResult(ending, note, store.trials());
  }

  private Optional<Trial> unfinished() {
    return store.trials().stream().filter(trial -> !trial.state().finished()).findFirst();
  }

  private Trial create(int number, Proposal.Try proposal, CampaignListener listener) {
    Trial trial = Trial.waiting(number, Candidate.of(space, proposal.genotype()), clock.instant());
    store.create(trial, proposal.rejections(), strategy.state());
    if (!proposal.rejections().isEmpty()) {
      listener.candidatesRejected(proposal.rejections());
    }
    return trial;
  }

  /** Runs a trial to its end; empty if it was stopped before. */
  private Optional<Trial> run(Trial before, Objective objective, CampaignListener listener) {
    Trial running = before.started(clock.instant());
    store.start(running);
    listener.trialStarted(running, before.state() == TrialState.RUNNING);
    long seed = seeds.seed("trial", running.number());
    Provenance provenance = environment.forTrial(seed, config.digest());
    Trial finished;
    try {
      Measurement measurement =
          objective.evaluate(
              request(running, seed),
              new RunningTrial(running, store, listener, pruner, () -> stop, clock));
      finished = running.complete(measurement, provenance, clock.instant());
    } catch (StoreException e) {
      throw e; // not the candidate's fault: it stays RUNNING, and the next run repeats it
    } catch (TrialStoppedException e) {
      return Optional.empty();
    } catch (TrialPrunedException e) {
      finished = running.pruned(e.getMessage(), provenance, clock.instant());
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      LOG.error("trial {} failed", running.number(), e);
      finished = running.failed(reason(e), provenance, clock.instant());
    }
    strategy.tell(finished);
    store.finish(finished, strategy.state());
    backUpNowAndThen();
    listener.trialFinished(finished);
    return Optional.of(finished);
  }

  private void backUpNowAndThen() {
    Instant now = clock.instant();
    if (!now.isBefore(nextBackup)) {
      store.backup(directory.backup());
      nextBackup = now.plus(BETWEEN_BACKUPS);
    }
  }

  private TrialRequest request(Trial trial, long seed) {
    Path folder = directory.trial(trial.number());
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new Edm2SearchException("cannot create %s: %s".formatted(folder, e), e);
    }
    return new TrialRequest(
        trial.number(), trial.candidate().architecture(), trial.candidate().cost(), folder, seed);
  }

  private static String reason(Throwable e) {
    String message = e.getMessage() == null ? "" : e.getMessage().strip();
    String reason =
        e instanceof Edm2SearchException && !message.isEmpty()
            ? message
            : e.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message);
    String line = reason.replaceAll("\\s*\\R\\s*", "; ");
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON - 3) + "...";
  }

  private void requireHope(int failures, Trial last) {
    boolean ever = store.trials().stream().anyMatch(trial -> trial.state() == TrialState.COMPLETE);
    if (failures >= HOPELESS_FAILURES && !ever) {
      throw new Edm2SearchException(
          ("%d trials in a row failed and none ever completed, so the campaign stops; the last one,"
                  + " trial %d: %s")
              .formatted(failures, last.number(), last.reason()));
    }
  }

  /** Asks the running trial to save its work, and the run to end. Callable from any thread. */
  public void requestStop() {
    stop = true;
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
