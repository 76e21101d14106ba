package org.edm2search.campaign.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.LossCurve;
import org.edm2search.campaign.trial.LossPoint;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Protocol;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.yaml.InvalidConfigException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * A store in an H2 file. Any number of processes may have it open: whoever opens it first serves
 * the others over loopback. All access goes through one thread of its own, which nobody may
 * interrupt (see {@link H2Session}); calling threads may be.
 */
public final class H2TrialStore implements TrialStore {

  private static final String TRIAL_COLUMNS =
      "number, genotype, architecture_id, architecture_yaml, parameters, multiply_adds, state,"
          + " reason, protocol_text, protocol_digest, provenance_json, created_at, started_at,"
          + " finished_at";

  private final H2Session session;

  private H2TrialStore(Path file) {
    this.session = new H2Session(file);
  }

  /**
   * Opens a store, creating the file if there is none.
   *
   * @param file ends in {@code .mv.db}; its directory exists
   * @throws InvalidConfigException if the file is damaged or of a newer schema
   */
  public static TrialStore open(Path file) {
    return new H2TrialStore(file);
  }

  // ---------------------------------------------------------------- reading

  @Override
  public long revision() {
    return session.call(
        handle ->
            handle
                .createQuery("SELECT amount FROM revision")
                .mapTo(long.class)
                .findOne()
                .orElse(0L));
  }

  @Override
  public Optional<CampaignRecord> campaign() {
    return session.call(
        handle ->
            handle
                .createQuery("SELECT * FROM campaign")
                .map(
                    (row, context) ->
                        new CampaignRecord(
                            row.getString("name"),
                            row.getString("strategy"),
                            row.getLong("seed"),
                            row.getInt("planned_trials"),
                            row.getString("config_text"),
                            row.getString("config_digest"),
                            instant(row, "created_at").orElseThrow(),
                            row.getString("note")))
                .findOne());
  }

  @Override
  public List<Trial> trials() {
    return session.transact(
        handle -> {
          Map<Integer, List<Quantity>> quantities =
              handle
                  .createQuery("SELECT * FROM quantity ORDER BY trial, position")
                  .map((row, context) -> Map.entry(row.getInt("trial"), quantity(row)))
                  .stream()
                  .collect(
                      Collectors.groupingBy(
                          Map.Entry::getKey,
                          Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
          return handle
              .createQuery("SELECT " + TRIAL_COLUMNS + " FROM trial ORDER BY number")
              .map(
                  (row, context) ->
                      trial(row, quantities.getOrDefault(row.getInt("number"), List.of())))
              .list();
        });
  }

  @Override
  public Optional<Trial> trial(int number) {
    return session.transact(handle -> find(handle, number));
  }

  private static Optional<Trial> find(Handle handle, int number) {
    List<Quantity> quantities =
        handle
            .createQuery("SELECT * FROM quantity WHERE trial = ? ORDER BY position")
            .bind(0, number)
            .map((row, context) -> quantity(row))
            .list();
    return handle
        .createQuery("SELECT " + TRIAL_COLUMNS + " FROM trial WHERE number = ?")
        .bind(0, number)
        .map((row, context) -> trial(row, quantities))
        .findOne();
  }

  @Override
  public List<LossPoint> losses(int number) {
    return session.call(
        handle ->
            handle
                .createQuery("SELECT images, loss FROM loss_point WHERE trial = ? ORDER BY images")
                .bind(0, number)
                .map((row, context) -> new LossPoint(row.getLong(1), row.getDouble(2)))
                .list());
  }

  @Override
  public List<Progress> progress() {
    return session.call(
        handle ->
            handle
                .createQuery("SELECT * FROM trial_progress ORDER BY trial")
                .map(
                    (row, context) -> {
                      Double loss = row.getObject("loss", Double.class);
                      return new Progress(
                          row.getInt("trial"),
                          Phase.valueOf(row.getString("phase")),
                          row.getLong("done"),
                          row.getLong("total"),
                          loss == null ? OptionalDouble.empty() : OptionalDouble.of(loss),
                          row.getDouble("images_per_second"),
                          instant(row, "reported_at").orElseThrow());
                    })
                .list());
  }

  @Override
  public List<Attempt> attempts() {
    return session.call(
        handle ->
            handle
                .createQuery("SELECT * FROM attempt ORDER BY position")
                .map(
                    (row, context) ->
                        new Attempt(
                            row.getInt("trial"),
                            FailureKind.valueOf(row.getString("kind")),
                            row.getString("reason"),
                            instant(row, "started_at").orElseThrow(),
                            instant(row, "ended_at").orElseThrow()))
                .list());
  }

  @Override
  public List<Rejection> rejections() {
    return session.call(
        handle ->
            handle
                .createQuery("SELECT * FROM rejection ORDER BY position")
                .map(
                    (row, context) ->
                        new Rejection(
                            row.getString("architecture_id"),
                            row.getString("genotype"),
                            row.getString("reason"),
                            row.getInt("proposals")))
                .list());
  }

  @Override
  public Optional<String> strategyState() {
    return session.call(
        handle ->
            handle
                .createQuery("SELECT state_json FROM strategy_state")
                .mapTo(String.class)
                .findOne());
  }

  private static Quantity quantity(ResultSet row) throws SQLException {
    return new Quantity(row.getString("name"), row.getDouble("amount"), row.getString("unit"));
  }

  private static Trial trial(ResultSet row, List<Quantity> quantities) throws SQLException {
    Optional<Measurement> measurement = Optional.empty();
    if (!quantities.isEmpty()) {
      measurement =
          Optional.of(
              new Measurement(
                  quantities.get(0),
                  quantities.subList(1, quantities.size()),
                  Protocol.recorded(
                      row.getString("protocol_text"), row.getString("protocol_digest"))));
    }
    return new Trial(
        row.getInt("number"),
        new Candidate(
            row.getString("genotype"),
            row.getString("architecture_id"),
            row.getString("architecture_yaml"),
            new Cost(row.getLong("parameters"), row.getLong("multiply_adds"))),
        TrialState.valueOf(row.getString("state")),
        row.getString("reason"),
        measurement,
        Optional.ofNullable(row.getString("provenance_json")).map(TrialJson::provenance),
        instant(row, "created_at").orElseThrow(),
        instant(row, "started_at"),
        instant(row, "finished_at"));
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  // ---------------------------------------------------------------- writing

  /** Runs work that says whether it changed anything, and counts what did. */
  private void write(Predicate<Handle> work) {
    session.transact(
        handle -> {
          if (work.test(handle)) {
            handle.execute("UPDATE revision SET amount = amount + 1");
          }
          return null;
        });
  }

  private static OffsetDateTime time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  @Override
  public void save(CampaignRecord campaign) {
    write(
        handle -> {
          int changed =
              handle.execute(
                  "UPDATE campaign SET name = ?, strategy = ?, seed = ?, planned_trials = ?,"
                      + " config_text = ?, config_digest = ?, note = ?",
                  campaign.name(),
                  campaign.strategy(),
                  campaign.seed(),
                  campaign.plannedTrials(),
                  campaign.configText(),
                  campaign.configDigest(),
                  campaign.note());
          if (changed == 0) {
            handle.execute(
                "INSERT INTO campaign VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
                campaign.name(),
                campaign.strategy(),
                campaign.seed(),
                campaign.plannedTrials(),
                campaign.configText(),
                campaign.configDigest(),
                time(campaign.createdAt()),
                campaign.note());
          }
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
          int next = handle.createQuery("SELECT COUNT(*) FROM trial").mapTo(int.class).one();
          TrialRules.requireNext(trial, next);
          Candidate candidate = trial.candidate();
          handle.execute(
              "INSERT INTO trial (number, genotype, architecture_id, architecture_yaml, parameters,"
                  + " multiply_adds, state, reason, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
              trial.number(),
              candidate.genotype(),
              candidate.architectureId(),
              candidate.architectureYaml(),
              candidate.cost().parameters(),
              candidate.cost().multiplyAdds(),
              trial.state().name(),
              trial.reason(),
              time(trial.createdAt()));
          rejections.forEach(rejection -> add(handle, rejection));
          state(handle, strategyState);
          return true;
        });
  }

  private static void add(Handle handle, Rejection rejection) {
    int changed =
        handle.execute(
            "UPDATE rejection SET proposals = proposals + ? WHERE architecture_id = ?",
            rejection.count(),
            rejection.architectureId());
    if (changed == 0) {
      handle.execute(
          "INSERT INTO rejection (architecture_id, genotype, reason, proposals)"
              + " VALUES (?, ?, ?, ?)",
          rejection.architectureId(),
          rejection.genotype(),
          rejection.reason(),
          rejection.count());
    }
  }

  private static void state(Handle handle, String json) {
    handle.execute("MERGE INTO strategy_state KEY (id) VALUES (1, ?)", json);
  }

  @Override
  public void start(Trial running) {
    TrialRules.requireRunning(running);
    write(
        handle -> {
          TrialRules.requireStartable(find(handle, running.number()), running);
          handle.execute(
              "UPDATE trial SET state = ?, started_at = ? WHERE number = ?",
              running.state().name(),
              time(running.startedAt().orElseThrow()),
              running.number());
          return true;
        });
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
          Optional<Protocol> protocol = finished.measurement().map(Measurement::protocol);
          handle.execute(
              "UPDATE trial SET state = ?, reason = ?, protocol_text = ?, protocol_digest = ?,"
                  + " provenance_json = ?, finished_at = ? WHERE number = ?",
              finished.state().name(),
              finished.reason(),
              protocol.map(Protocol::text).orElse(null),
              protocol.map(Protocol::digest).orElse(null),
              finished.provenance().map(TrialJson::write).orElse(null),
              time(finished.finishedAt().orElseThrow()),
              finished.number());
          finished.measurement().ifPresent(measurement -> add(handle, finished, measurement));
          handle.execute("DELETE FROM trial_progress WHERE trial = ?", finished.number());
          state(handle, strategyState);
          return true;
        });
  }

  private static void add(Handle handle, Trial trial, Measurement measurement) {
    List<Quantity> quantities = new ArrayList<>(List.of(measurement.score()));
    quantities.addAll(measurement.others());
    for (int position = 0; position < quantities.size(); position++) {
      Quantity quantity = quantities.get(position);
      handle.execute(
          "INSERT INTO quantity (trial, position, name, amount, unit) VALUES (?, ?, ?, ?, ?)",
          trial.number(),
          position,
          quantity.name(),
          quantity.value(),
          quantity.unit());
    }
  }

  @Override
  public void record(Attempt attempt) {
    write(
        handle -> {
          TrialRules.requireExisting(find(handle, attempt.trial()), attempt.trial());
          boolean known =
              handle
                      .createQuery("SELECT COUNT(*) FROM attempt WHERE trial = ? AND ended_at = ?")
                      .bind(0, attempt.trial())
                      .bind(1, time(attempt.endedAt()))
                      .mapTo(int.class)
                      .one()
                  > 0;
          if (known) {
            return false;
          }
          handle.execute(
              "INSERT INTO attempt (trial, kind, reason, started_at, ended_at)"
                  + " VALUES (?, ?, ?, ?, ?)",
              attempt.trial(),
              attempt.kind().name(),
              attempt.reason(),
              time(attempt.startedAt()),
              time(attempt.endedAt()));
          return true;
        });
  }

  @Override
  public void putBack(Trial waiting) {
    write(
        handle -> {
          Optional<Trial> before = find(handle, waiting.number());
          if (before.filter(waiting::equals).isPresent()) {
            return false;
          }
          TrialRules.requirePutBack(before, waiting);
          handle.execute(
              "UPDATE trial SET state = ?, reason = ?, provenance_json = NULL, started_at = NULL,"
                  + " finished_at = NULL WHERE number = ?",
              waiting.state().name(),
              waiting.reason(),
              waiting.number());
          handle.execute("DELETE FROM trial_progress WHERE trial = ?", waiting.number());
          return true;
        });
  }

  @Override
  public void add(List<LossCurve> curves, List<Progress> latest) {
    write(
        handle -> {
          for (LossCurve curve : curves) {
            TrialRules.requireRecordable(find(handle, curve.trial()), curve.trial());
            PreparedBatch points =
                handle.prepareBatch("MERGE INTO loss_point KEY (trial, images) VALUES (?, ?, ?)");
            curve
                .points()
                .forEach(point -> points.add(curve.trial(), point.images(), point.loss()));
            points.execute();
          }
          latest.forEach(progress -> report(handle, progress));
          return true;
        });
  }

  @Override
  public void forEachCurve(Consumer<LossCurve> action) {
    trials().stream()
        .map(trial -> new LossCurve(trial.number(), losses(trial.number())))
        .filter(curve -> !curve.points().isEmpty())
        .forEach(action);
  }

  private static void report(Handle handle, Progress progress) {
    TrialRules.requireRecordable(find(handle, progress.trial()), progress.trial());
    handle.execute(
        "MERGE INTO trial_progress KEY (trial) VALUES (?, ?, ?, ?, ?, ?, ?)",
        progress.trial(),
        progress.phase().name(),
        progress.done(),
        progress.total(),
        progress.loss().isPresent() ? progress.loss().getAsDouble() : null,
        progress.imagesPerSecond(),
        time(progress.at()));
  }

  @Override
  public void backup(Path file) {
    Path target = file.toAbsolutePath();
    Path fresh = target.resolveSibling(target.getFileName() + ".new");
    session.call(handle -> handle.execute("BACKUP TO ?", fresh.toString()));
    try {
      Files.move(
          fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot replace the backup " + target, e);
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
