package org.edm2search.campaign.store;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.InvalidConfigException;

/** A store in an H2 file, owned by the one process that has it open. */
public final class H2TrialStore extends SqlTrialStore {

  private final H2Session session;

  private H2TrialStore(H2Session session, long revision) {
    super(session, revision);
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

  private static H2TrialStore open(StoreFile file) {
    H2Session session = H2Session.open(file);
    try {
      int version = session.call(StoreStatements::version);
      if (version > StoreStatements.SCHEMA) {
        throw file.invalid(
            "written by a newer edm2-search (schema %d, this version knows up to %d); use that version"
                .formatted(version, StoreStatements.SCHEMA));
      }
      return new H2TrialStore(session, session.call(StoreStatements::revision));
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
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
      try (H2TrialStore store = new H2TrialStore(H2Session.open(fresh), 0)) {
        store.session.call(
            handle -> {
              StoreStatements.createTables(handle);
              return null;
            });
        fill.accept(store);
      }
      fresh.replace(target);
    } finally {
      fresh.delete();
    }
  }

  /**
   * Returns whether a store that {@link #check} accepts is of an earlier version, which {@link
   * #open} brings to this one.
   */
  public static boolean isOld(Path path) {
    return StoreDefinitions.read(new StoreFile(path)).old();
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
      return session.call(StoreStatements::nextTrial);
    }
  }

  /** Takes over what a store of an earlier version holds, as one transaction. */
  void takeOver(OldStore.Content old) {
    write(
        handle -> {
          old.campaign().ifPresent(campaign -> StoreStatements.put(handle, campaign));
          old.trials().forEach(trial -> StoreStatements.put(handle, trial));
          old.attempts().forEach(attempt -> StoreStatements.add(handle, attempt));
          int position = 0;
          for (Rejection rejection : old.rejections()) {
            StoreStatements.add(handle, rejection, position++);
          }
          old.strategyState().ifPresent(state -> StoreStatements.put(handle, state));
          old.curves().forEach(curve -> StoreStatements.add(handle, curve));
          return true;
        });
  }

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
        session.call(StoreStatements::nextTrial));
  }
}
