package org.edm2search.campaign.store;

import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.LossCurve;
import org.edm2search.campaign.trial.RecordedGenotype;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.space.base.AtomicFile;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Stores of schema 1 and 2, whose trials were rows of columns. They are read, and a new file is
 * written and put in their place at once, so that a kill leaves the old one or the new one; before
 * that a copy of the old file is kept.
 */
final class OldStore {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private OldStore() {}

  /** Everything such a store holds that is kept. */
  record Content(
      Optional<CampaignRecord> campaign,
      List<Trial> trials,
      List<Attempt> attempts,
      List<Rejection> rejections,
      Optional<String> strategyState,
      List<LossCurve> curves) {}

  /** Writes a file of this version in the place of an old one whose definitions were checked. */
  static void migrate(StoreFile old) {
    keep(old);
    Content content;
    try (H2Session session = H2Session.open(old)) {
      content = session.call(OldStore::read);
    }
    H2TrialStore.write(old, store -> store.takeOver(content));
  }

  private static void keep(StoreFile old) {
    Path kept =
        old.path().resolveSibling("campaign-before-%d.zip".formatted(StoreStatements.SCHEMA));
    AtomicFile.write(
        kept,
        channel -> {
          OutputStream out = Channels.newOutputStream(channel);
          ZipOutputStream zip = new ZipOutputStream(out);
          zip.putNextEntry(new ZipEntry("campaign" + StoreFile.ENDING));
          Files.copy(old.path(), zip);
          zip.finish();
        });
  }

  private static Content read(Handle handle) {
    Map<Integer, ArrayNode> quantities = new HashMap<>();
    handle
        .createQuery("SELECT * FROM quantity ORDER BY trial, position")
        .map(
            (row, context) ->
                quantities
                    .computeIfAbsent(row.getInt("trial"), trial -> NODES.arrayNode())
                    .add(quantity(row)))
        .forEach(added -> {});
    List<Trial> trials =
        handle
            .createQuery("SELECT * FROM trial ORDER BY number")
            .map(
                (row, context) ->
                    TrialDocuments.trial(
                        trial(row, Optional.ofNullable(quantities.get(row.getInt("number"))))))
            .list();
    return new Content(
        handle.createQuery("SELECT * FROM campaign").map((row, context) -> campaign(row)).findOne(),
        trials,
        trials.stream().flatMap(trial -> attempt(trial).stream()).toList(),
        handle
            .createQuery("SELECT * FROM rejection ORDER BY position")
            .map(
                (row, context) ->
                    new Rejection(
                        row.getString("architecture_id"),
                        new RecordedGenotype(row.getString("genotype")),
                        row.getString("reason"),
                        row.getInt("proposals")))
            .list(),
        handle.createQuery("SELECT state_json FROM strategy_state").mapTo(String.class).findOne(),
        StoreStatements.curves(handle));
  }

  /** A trial that failed before there were attempts was one. */
  private static Optional<Attempt> attempt(Trial trial) {
    FailureKind kind =
        trial.reason().startsWith("worker process ") ? FailureKind.CRASHED : FailureKind.INVALID;
    return trial.state() == TrialState.FAILED && trial.startedAt().isPresent()
        ? Optional.of(
            new Attempt(
                trial.number(),
                kind,
                trial.reason(),
                trial.startedAt().get(),
                trial.finishedAt().orElseThrow()))
        : Optional.empty();
  }

  private static CampaignRecord campaign(ResultSet row) throws SQLException {
    return new CampaignRecord(
        row.getString("name"),
        row.getString("strategy"),
        row.getLong("seed"),
        row.getInt("planned_trials"),
        row.getString("config_text"),
        row.getString("config_digest"),
        instant(row, "created_at").orElseThrow(),
        row.getString("note"));
  }

  private static ObjectNode quantity(ResultSet row) throws SQLException {
    return NODES
        .objectNode()
        .put("name", row.getString("name"))
        .put("unit", row.getString("unit"))
        .put("value", row.getDouble("amount"));
  }

  /** Goes through the document, so that what was written is read in one place. */
  private static ObjectNode trial(ResultSet row, Optional<ArrayNode> quantities)
      throws SQLException {
    ObjectNode node = NODES.objectNode();
    node.put("number", row.getInt("number"));
    for (String column :
        List.of("state", "reason", "genotype", "architecture_id", "architecture_yaml")) {
      node.put(column, row.getString(column));
    }
    node.put("parameters", row.getLong("parameters"));
    node.put("multiply_adds", row.getLong("multiply_adds"));
    if (quantities.isPresent()) {
      ObjectNode measurement = node.putObject("measurement");
      measurement.set("score", quantities.get().remove(0));
      measurement.set("others", quantities.get());
      measurement.put("protocol", row.getString("protocol_text"));
      measurement.put("protocol_digest", row.getString("protocol_digest"));
    }
    String provenance = row.getString("provenance_json");
    if (provenance != null) {
      node.set("provenance", StoreRows.document(provenance));
    }
    for (String column : List.of("created_at", "started_at", "finished_at")) {
      instant(row, column).ifPresent(at -> node.put(column, at.toString()));
    }
    return node;
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }
}
