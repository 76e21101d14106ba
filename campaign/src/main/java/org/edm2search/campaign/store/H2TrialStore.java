package org.edm2search.campaign.store;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.InvalidConfigException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * A store in an H2 file, owned by the one process that has it open. Trials, rejections and the
 * campaign are documents ({@link TrialDocuments}), so that a new member needs no new column. All
 * access goes through one thread of its own, which nobody may interrupt (see {@link H2Session});
 * calling threads may be.
 */
public final class H2TrialStore implements TrialStore {

  /** Schema that this program writes. */
  static final int SCHEMA = 3;

  private static final RowMapper<Trial> TRIAL = (row, context) -> StoreRows.trial(row.getString(1));
  private static final RowMapper<Rejection> REJECTION =
      (row, context) -> StoreRows.rejection(row.getString(1));
  private static final RowMapper<Attempt> ATTEMPT =
      (row, context) -> StoreRows.attempt(row.getString(1));
  private static final RowMapper<LossPoint> POINT =
      (row, context) -> new LossPoint(row.getLong("images"), row.getDouble("loss"));

  private static final int WRITES_BETWEEN_LOOKS = 256;

  private final H2Session session;

  /** Kept with the process: a trial that runs is started again by the next one. */
  private final Map<Integer, Progress> progress = new ConcurrentSkipListMap<>();

  /** Trials known to run, so that news of them need not read their documents. */
  private final Set<Integer> running = ConcurrentHashMap.newKeySet();

  private volatile long revision;

  private H2TrialStore(H2Session session) {
    this.session = session;
  }

  /**
   * Opens a store, creating the file if there is none. One of an earlier version is backed up
   * beside it, as {@code campaign-before-3.zip}, and written anew in this version's form.
   *
   * @param path ends in {@code .mv.db}; its directory exists
   * @throws InvalidConfigException if the file is damaged, of a newer version, or defines what this
   *     program never does
   * @throws StoreException if another process has it or the system refuses
   */
  public static TrialStore open(Path path) {
    StoreFile file = new StoreFile(path);
    if (!file.exists()) {
      write(file, empty -> {});
      return open(file);
    }
    file.requireUsable();
    file.restrict();
    if (StoreDefinitions.read(file).old()) {
      OldStore.migrate(file);
    }
    return open(file);
  }

  /**
   * Returns whether a store that {@link #check} accepts is of an earlier version, which {@link
   * #open} brings to this one.
   */
  public static boolean isOld(Path path) {
    return StoreDefinitions.read(new StoreFile(path)).old();
  }

  /**
   * Writes a whole new file, then puts it in its place at once: a kill leaves what was there.
   *
   * @param fill puts in what the new store is to hold
   */
  static void write(StoreFile target, Consumer<H2TrialStore> fill) {
    StoreFile fresh = target.beside();
    try {
      fresh.create();
      try (H2TrialStore store = new H2TrialStore(H2Session.open(fresh))) {
        store.session.call(handle -> handle.createScript(StoreSql.text("schema")).execute());
        fill.accept(store);
      }
      fresh.replace(target);
    } finally {
      fresh.delete();
    }
  }

  /**
   * Checks, reading only, that {@link #open} would not refuse a file. Nothing is checked where
   * there is none.
   *
   * @throws InvalidConfigException as open does
   * @throws StoreException as open does
   */
  public static void check(Path path) {
    StoreFile file = new StoreFile(path);
    if (file.exists()) {
      file.requireUsable();
      StoreDefinitions.read(file);
    }
  }

  /**
   * Counts the trials of a file of any version, changing nothing in it.
   *
   * @throws InvalidConfigException as open does
   * @throws StoreException as open does
   */
  static int trials(StoreFile file) {
    file.requireUsable();
    StoreDefinitions.read(file);
    try (H2Session session = H2Session.open(file)) {
      return session.call(H2TrialStore::trials);
    }
  }

  private static int trials(Handle handle) {
    return StoreSql.query(handle, "count-trials").mapTo(int.class).one();
  }

  private static H2TrialStore open(StoreFile file) {
    H2Session session = H2Session.open(file);
    H2TrialStore store = new H2TrialStore(session);
    try {
      int version =
          session.call(handle -> StoreSql.query(handle, "select-version").mapTo(int.class).one());
      if (version > SCHEMA) {
        throw file.invalid(
            "written by a newer edm2-search (schema %d, this version knows up to %d); use that version"
                .formatted(version, SCHEMA));
      }
      store.revision =
          session.call(handle -> StoreSql.query(handle, "select-revision").mapTo(long.class).one());
      return store;
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  // ---------------------------------------------------------------- reading

  @Override
  public long revision() {
    return revision;
  }

  @Override
  public Optional<CampaignRecord> campaign() {
    return session.call(
        handle ->
            StoreSql.query(handle, "select-campaign")
                .map((row, context) -> StoreRows.campaign(row.getString(1)))
                .findOne());
  }

  @Override
  public List<Trial> trials() {
    return session.call(handle -> StoreSql.query(handle, "select-trials").map(TRIAL).list());
  }

  @Override
  public Optional<Trial> trial(int number) {
    return session.call(handle -> find(handle, number));
  }

  private static Optional<Trial> find(Handle handle, int number) {
    return StoreSql.query(handle, "select-trial").bind("number", number).map(TRIAL).findOne();
  }

  @Override
  public List<LossPoint> losses(int number) {
    return session.call(
        handle -> StoreSql.query(handle, "select-losses").bind("trial", number).map(POINT).list());
  }

  @Override
  public void forEachCurve(Consumer<LossCurve> action) {
    for (LossCurve curve : session.call(StoreRows::curves)) {
      action.accept(curve);
    }
  }

  @Override
  public List<Progress> progress() {
    return List.copyOf(progress.values());
  }

  @Override
  public List<Attempt> attempts() {
    return session.call(handle -> StoreSql.query(handle, "select-attempts").map(ATTEMPT).list());
  }

  @Override
  public List<Rejection> rejections() {
    return session.call(
        handle -> StoreSql.query(handle, "select-rejections").map(REJECTION).list());
  }

  @Override
  public Optional<String> strategyState() {
    return session.call(
        handle -> StoreSql.query(handle, "select-strategy").mapTo(String.class).findOne());
  }

  // ---------------------------------------------------------------- writing

  /** Runs work that says whether it changed anything, and counts what did. */
  private synchronized void write(Predicate<Handle> work) {
    long next = revision + 1;
    boolean changed =
        session.transact(
            handle -> {
              boolean any = work.test(handle);
              if (any) {
                StoreSql.update(handle, "merge-revision").bind("amount", next).execute();
              }
              return any;
            });
    if (changed) {
      revision = next;
      if (next % WRITES_BETWEEN_LOOKS == 0) {
        session.compactIfSparse();
      }
    }
  }

  @Override
  public void save(CampaignRecord campaign) {
    write(
        handle -> {
          CampaignRecord saved =
              StoreSql.query(handle, "select-campaign")
                  .map((row, context) -> StoreRows.campaign(row.getString(1)))
                  .findOne()
                  .map(before -> campaign.createdAt(before.createdAt()))
                  .orElse(campaign);
          StoreSql.update(handle, "merge-campaign")
              .bind("document", StoreRows.text(TrialDocuments.write(saved)))
              .execute();
          return true;
        });
  }

  @Override
  public void create(Trial trial, List<Rejection> rejections, String strategyState) {
    TrialRules.requireWaiting(trial);
    write(
        handle -> {
          if (find(handle, trial.number()).filter(trial::equals).isPresent()) {
            return false;
          }
          TrialRules.requireNext(trial, trials(handle));
          put(handle, trial);
          rejections.forEach(rejection -> add(handle, rejection));
          put(handle, strategyState);
          return true;
        });
  }

  private static void put(Handle handle, Trial trial) {
    StoreSql.update(handle, "merge-trial")
        .bind("number", trial.number())
        .bind("document", StoreRows.text(TrialDocuments.write(trial)))
        .execute();
  }

  private static void add(Handle handle, Rejection rejection) {
    Optional<Rejection> before =
        StoreSql.query(handle, "select-rejection")
            .bind("id", rejection.architectureId())
            .map(REJECTION)
            .findOne();
    Rejection now = before.map(known -> known.plus(rejection.count())).orElse(rejection);
    StoreSql.update(handle, before.isPresent() ? "update-rejection" : "insert-rejection")
        .bind("id", rejection.architectureId())
        .bind("document", StoreRows.text(TrialDocuments.write(now)))
        .execute();
  }

  private static void put(Handle handle, String strategyState) {
    StoreSql.update(handle, "merge-strategy").bind("state", strategyState).execute();
  }

  @Override
  public void start(Trial running) {
    TrialRules.requireRunning(running);
    write(
        handle -> {
          TrialRules.requireStartable(find(handle, running.number()), running);
          put(handle, running);
          return true;
        });
    this.running.add(running.number());
  }

  @Override
  public void finish(Trial finished, String strategyState) {
    TrialRules.requireFinished(finished);
    write(
        handle -> {
          Optional<Trial> before = find(handle, finished.number());
          if (before.filter(finished::equals).isPresent()) {
            return false;
          }
          TrialRules.requireFinishable(before, finished);
          put(handle, finished);
          put(handle, strategyState);
          return true;
        });
    ended(finished);
  }

  @Override
  public void decide(List<Trial> decided, String strategyState) {
    write(
        handle -> {
          for (Trial trial : decided) {
            Optional<Trial> before = find(handle, trial.number());
            if (before.filter(trial::equals).isEmpty()) {
              TrialRules.requireDecidable(before, trial);
              put(handle, trial);
            }
          }
          put(handle, strategyState);
          return true;
        });
    decided.forEach(this::ended);
  }

  @Override
  public void record(Attempt attempt) {
    write(
        handle -> {
          TrialRules.requireExisting(find(handle, attempt.trial()), attempt.trial());
          List<Attempt> before =
              StoreSql.query(handle, "select-attempts-of")
                  .bind("trial", attempt.trial())
                  .map(ATTEMPT)
                  .list();
          if (before.contains(attempt)) {
            return false;
          }
          add(handle, attempt);
          return true;
        });
  }

  private static void add(Handle handle, Attempt attempt) {
    StoreSql.update(handle, "insert-attempt")
        .bind("trial", attempt.trial())
        .bind("document", StoreRows.text(TrialDocuments.write(attempt)))
        .execute();
  }

  @Override
  public void putBack(Trial waiting) {
    replace(waiting, TrialRules::requirePutBack);
  }

  @Override
  public void exclude(Trial excluded) {
    replace(excluded, TrialRules::requireExcludable);
  }

  private void replace(Trial trial, BiConsumer<Optional<Trial>, Trial> rule) {
    write(
        handle -> {
          Optional<Trial> before = find(handle, trial.number());
          if (before.filter(trial::equals).isPresent()) {
            return false;
          }
          rule.accept(before, trial);
          put(handle, trial);
          return true;
        });
    ended(trial);
  }

  private void ended(Trial trial) {
    running.remove(trial.number());
    progress.remove(trial.number());
  }

  @Override
  public void add(List<LossCurve> curves, List<Progress> latest) {
    write(
        handle -> {
          for (Progress news : latest) {
            requireRecordable(handle, news.trial());
          }
          for (LossCurve curve : curves) {
            requireRecordable(handle, curve.trial());
            add(handle, curve);
          }
          return true;
        });
    latest.forEach(news -> progress.put(news.trial(), news));
  }

  private void requireRecordable(Handle handle, int trial) {
    if (!running.contains(trial)) {
      TrialRules.requireRecordable(find(handle, trial), trial);
    }
  }

  private static void add(Handle handle, LossCurve curve) {
    if (curve.points().isEmpty()) {
      return;
    }
    try (PreparedBatch batch = handle.prepareBatch(StoreSql.text("merge-point"))) {
      for (LossPoint point : curve.points()) {
        batch
            .bind("trial", curve.trial())
            .bind("images", point.images())
            .bind("loss", point.loss())
            .add();
      }
      batch.execute();
    }
  }

  /** Takes over what a store of an earlier version holds, as one transaction. */
  void takeOver(OldStore.Content old) {
    write(
        handle -> {
          old.campaign()
              .ifPresent(
                  campaign ->
                      StoreSql.update(handle, "merge-campaign")
                          .bind("document", StoreRows.text(TrialDocuments.write(campaign)))
                          .execute());
          old.trials().forEach(trial -> put(handle, trial));
          old.attempts().forEach(attempt -> add(handle, attempt));
          old.rejections().forEach(rejection -> add(handle, rejection));
          old.strategyState().ifPresent(state -> put(handle, state));
          old.curves().forEach(curve -> add(handle, curve));
          return true;
        });
  }

  // ---------------------------------------------------------------- files

  /**
   * Writes a copy, whole or not at all; where there was one, it is kept as {@code
   * backup-before.zip}.
   *
   * @throws Edm2SearchException if the copy cannot be written, or does not hold what the store held
   */
  @Override
  public void backup(Path file) {
    StoreBackup.write(
        file,
        // On the session's thread, so between transactions: a copy never ends within one.
        fresh -> session.call(handle -> handle.execute("BACKUP TO ?", fresh.toString())),
        session.call(H2TrialStore::trials));
  }

  @Override
  public void close() {
    session.close();
  }
}
