package org.edm2search.campaign.store;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.LossCurve;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.LossPoint;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.locator.ClasspathSqlLocator;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;
import tools.jackson.databind.JsonNode;

/**
 * What a store asks of its database, in SQL that every one understands: one statement a file in the
 * resources. Trials, rejections and the campaign are documents ({@link TrialDocuments}), so that a
 * new member needs no new column.
 */
final class StoreStatements {

  /** Version of the tables. */
  static final int SCHEMA = 3;

  private static final ClasspathSqlLocator FILES = ClasspathSqlLocator.create();

  private static final String DOCUMENT = "document";
  private static final String TRIAL = "trial";
  private static final String NUMBER = "number";

  private StoreStatements() {}

  static String text(String name) {
    return FILES.locate(StoreStatements.class, name);
  }

  private static Query query(Handle handle, String name) {
    return handle.createQuery(text(name));
  }

  private static Update update(Handle handle, String name) {
    return handle.createUpdate(text(name));
  }

  /** Tells how lists are given to these statements, and returns the same. */
  static Jdbi told(Jdbi jdbi) {
    return jdbi.registerArrayType(Long.class, "BIGINT")
        .registerArrayType(Double.class, "DOUBLE PRECISION");
  }

  /** Creates the tables of an empty database or schema. */
  static void createTables(Handle handle) {
    handle.createScript(text("schema")).execute();
  }

  /** Returns the version of the tables that are there. */
  static int version(Handle handle) {
    return query(handle, "select-version").mapTo(int.class).one();
  }

  static long revision(Handle handle) {
    return query(handle, "select-revision").mapTo(long.class).one();
  }

  /** Does a transaction's work and, if that changed anything, gives the store a new revision. */
  static boolean counted(Handle handle, long revision, Predicate<Handle> work) {
    boolean changed = work.test(handle);
    if (changed) {
      update(handle, "update-revision").bind("amount", revision).execute();
    }
    return changed;
  }

  // ---------------------------------------------------------------- reading

  static Optional<CampaignRecord> campaign(Handle handle) {
    return query(handle, "select-campaign").map(StoreRows.CAMPAIGN).findOne();
  }

  static List<Trial> trials(Handle handle) {
    return query(handle, "select-trials").map(StoreRows.TRIAL).list();
  }

  /** Returns how many trials there are, which is the number of the next one. */
  static int nextTrial(Handle handle) {
    return query(handle, "next-trial").mapTo(int.class).one();
  }

  static Optional<Trial> trial(Handle handle, int number) {
    return query(handle, "select-trial").bind(NUMBER, number).map(StoreRows.TRIAL).findOne();
  }

  static List<LossPoint> losses(Handle handle, int trial) {
    return query(handle, "select-losses").bind(TRIAL, trial).map(StoreRows.POINT).list();
  }

  static List<LossCurve> curves(Handle handle) {
    return StoreRows.curves(query(handle, "select-curves"));
  }

  static List<Attempt> attempts(Handle handle) {
    return query(handle, "select-attempts").map(StoreRows.ATTEMPT).list();
  }

  static List<Attempt> attempts(Handle handle, int trial) {
    return query(handle, "select-attempts-of").bind(TRIAL, trial).map(StoreRows.ATTEMPT).list();
  }

  static List<Rejection> rejections(Handle handle) {
    return query(handle, "select-rejections").map(StoreRows.REJECTION).list();
  }

  static Optional<Rejection> rejection(Handle handle, String architectureId) {
    return query(handle, "select-rejection")
        .bind("id", architectureId)
        .map(StoreRows.REJECTION)
        .findOne();
  }

  static int nextRejection(Handle handle) {
    return query(handle, "next-rejection").mapTo(int.class).one();
  }

  static Optional<String> strategyState(Handle handle) {
    return query(handle, "select-strategy").mapTo(String.class).findOne();
  }

  // ---------------------------------------------------------------- writing

  static void put(Handle handle, CampaignRecord campaign) {
    document(update(handle, "merge-campaign"), TrialDocuments.write(campaign));
  }

  static void put(Handle handle, Trial trial) {
    document(
        update(handle, "merge-trial").bind(NUMBER, trial.number()), TrialDocuments.write(trial));
  }

  static void put(Handle handle, String strategyState) {
    update(handle, "merge-strategy").bind("state", strategyState).execute();
  }

  /** Adds a candidate that was never refused before. */
  static void add(Handle handle, Rejection rejection, int position) {
    document(
        update(handle, "insert-rejection")
            .bind("id", rejection.architectureId())
            .bind("position", position),
        TrialDocuments.write(rejection));
  }

  static void replace(Handle handle, Rejection rejection) {
    document(
        update(handle, "update-rejection").bind("id", rejection.architectureId()),
        TrialDocuments.write(rejection));
  }

  static void add(Handle handle, Attempt attempt) {
    document(
        update(handle, "insert-attempt").bind(TRIAL, attempt.trial()),
        TrialDocuments.write(attempt));
  }

  /** Adds points as one statement, whose rows must differ. */
  static void add(Handle handle, LossCurve curve) {
    if (curve.points().isEmpty()) {
      return;
    }
    Map<Long, Double> latest = new LinkedHashMap<>();
    curve.points().forEach(point -> latest.put(point.images(), point.loss()));
    update(handle, "merge-points")
        .bind(TRIAL, curve.trial())
        .bindArray("images", Long.class, latest.keySet())
        .bindArray("losses", Double.class, latest.values())
        .execute();
  }

  private static void document(Update update, JsonNode document) {
    update.bind(DOCUMENT, StoreRows.text(document)).execute();
  }
}
