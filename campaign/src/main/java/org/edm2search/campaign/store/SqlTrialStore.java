package org.edm2search.campaign.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.LossCurve;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;
import org.jdbi.v3.core.Handle;

/** A store in a database, which only this process writes: the contract's rules as transactions. */
abstract sealed class SqlTrialStore implements TrialStore permits H2TrialStore, PostgresTrialStore {

  private final StoreSession session;

  /** Kept with the process: a trial that runs is started again by the next one. */
  private final Map<Integer, Progress> progress = new ConcurrentSkipListMap<>();

  /** Trials known to run, so that news of them need not read their documents. */
  private final Set<Integer> running = ConcurrentHashMap.newKeySet();

  /** Position of the next rejection, once it was needed: no index leads to the last one. */
  private OptionalInt nextRejection = OptionalInt.empty();

  private volatile long revision;

  /**
   * Takes over an open session, and closes it with the store.
   *
   * @param revision which the database is at
   */
  SqlTrialStore(StoreSession session, long revision) {
    this.session = session;
    this.revision = revision;
  }

  // ---------------------------------------------------------------- reading

  @Override
  public final long revision() {
    return revision;
  }

  @Override
  public final Optional<CampaignRecord> campaign() {
    return session.read(StoreStatements::campaign);
  }

  @Override
  public final List<Trial> trials() {
    return session.read(StoreStatements::trials);
  }

  @Override
  public final Optional<Trial> trial(int number) {
    return session.read(handle -> StoreStatements.trial(handle, number));
  }

  @Override
  public final List<LossPoint> losses(int number) {
    return session.read(handle -> StoreStatements.losses(handle, number));
  }

  @Override
  public final void forEachCurve(Consumer<LossCurve> action) {
    for (LossCurve curve : session.read(StoreStatements::curves)) {
      action.accept(curve);
    }
  }

  @Override
  public final List<Progress> progress() {
    return List.copyOf(progress.values());
  }

  @Override
  public final List<Attempt> attempts() {
    return session.read(handle -> StoreStatements.attempts(handle));
  }

  @Override
  public final List<Rejection> rejections() {
    return session.read(StoreStatements::rejections);
  }

  @Override
  public final Optional<String> strategyState() {
    return session.read(StoreStatements::strategyState);
  }

  // ---------------------------------------------------------------- writing

  /** Runs work that says whether it changed anything, and counts what did. */
  final synchronized void write(Predicate<Handle> work) {
    long next = revision + 1;
    if (session.write(next, work)) {
      revision = next;
    }
  }

  @Override
  public final void save(CampaignRecord campaign) {
    write(
        handle -> {
          StoreStatements.put(
              handle,
              StoreStatements.campaign(handle)
                  .map(before -> campaign.createdAt(before.createdAt()))
                  .orElse(campaign));
          return true;
        });
  }

  @Override
  public final synchronized void create(
      Trial trial, List<Rejection> rejections, String strategyState) {
    TrialRules.requireWaiting(trial);
    Rejections added = new Rejections(nextRejection);
    write(
        handle -> {
          if (StoreStatements.trial(handle, trial.number()).filter(trial::equals).isPresent()) {
            return false;
          }
          TrialRules.requireNext(trial, StoreStatements.nextTrial(handle));
          StoreStatements.put(handle, trial);
          added.add(handle, rejections);
          StoreStatements.put(handle, strategyState);
          return true;
        });
    nextRejection = added.next;
  }

  /** Rejections of one transaction. */
  private static final class Rejections {
    private final OptionalInt before;
    private OptionalInt next;

    Rejections(OptionalInt before) {
      this.before = before;
      this.next = before;
    }

    void add(Handle handle, List<Rejection> rejections) {
      next = before;
      for (Rejection rejection : rejections) {
        Optional<Rejection> known = StoreStatements.rejection(handle, rejection.architectureId());
        if (known.isPresent()) {
          StoreStatements.replace(handle, known.get().plus(rejection.count()));
        } else {
          int position = next.isPresent() ? next.getAsInt() : StoreStatements.nextRejection(handle);
          StoreStatements.add(handle, rejection, position);
          next = OptionalInt.of(position + 1);
        }
      }
    }
  }

  @Override
  public final void start(Trial trial) {
    TrialRules.requireRunning(trial);
    write(
        handle -> {
          TrialRules.requireStartable(StoreStatements.trial(handle, trial.number()), trial);
          StoreStatements.put(handle, trial);
          return true;
        });
    running.add(trial.number());
  }

  @Override
  public final void finish(Trial finished, String strategyState) {
    TrialRules.requireFinished(finished);
    write(
        handle -> {
          boolean changed = change(handle, finished, TrialRules::requireFinishable);
          if (changed) {
            StoreStatements.put(handle, strategyState);
          }
          return changed;
        });
    ended(finished);
  }

  @Override
  public final void decide(List<Trial> decided, String strategyState) {
    write(
        handle -> {
          decided.forEach(trial -> change(handle, trial, TrialRules::requireDecidable));
          StoreStatements.put(handle, strategyState);
          return true;
        });
    decided.forEach(this::ended);
  }

  @Override
  public final void putBack(Trial waiting) {
    write(handle -> change(handle, waiting, TrialRules::requirePutBack));
    ended(waiting);
  }

  @Override
  public final void exclude(Trial excluded) {
    write(handle -> change(handle, excluded, TrialRules::requireExcludable));
    ended(excluded);
  }

  /** Replaces a trial unless it is as told already, and returns whether it was not. */
  private static boolean change(
      Handle handle, Trial trial, BiConsumer<Optional<Trial>, Trial> rule) {
    Optional<Trial> before = StoreStatements.trial(handle, trial.number());
    if (before.filter(trial::equals).isPresent()) {
      return false;
    }
    rule.accept(before, trial);
    StoreStatements.put(handle, trial);
    return true;
  }

  private void ended(Trial trial) {
    running.remove(trial.number());
    progress.remove(trial.number());
  }

  @Override
  public final void record(Attempt attempt) {
    write(
        handle -> {
          TrialRules.requireExisting(
              StoreStatements.trial(handle, attempt.trial()), attempt.trial());
          if (StoreStatements.attempts(handle, attempt.trial()).contains(attempt)) {
            return false;
          }
          StoreStatements.add(handle, attempt);
          return true;
        });
  }

  @Override
  public final void add(List<LossCurve> curves, List<Progress> latest) {
    write(
        handle -> {
          for (Progress news : latest) {
            requireRecordable(handle, news.trial());
          }
          for (LossCurve curve : curves) {
            requireRecordable(handle, curve.trial());
            StoreStatements.add(handle, curve);
          }
          return true;
        });
    latest.forEach(news -> progress.put(news.trial(), news));
  }

  private void requireRecordable(Handle handle, int trial) {
    if (!running.contains(trial)) {
      TrialRules.requireRecordable(StoreStatements.trial(handle, trial), trial);
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
