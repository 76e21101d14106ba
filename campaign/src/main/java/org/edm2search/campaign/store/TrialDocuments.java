package org.edm2search.campaign.store;

import static org.edm2search.campaign.store.DocumentValues.constant;
import static org.edm2search.campaign.store.DocumentValues.instant;
import static org.edm2search.campaign.store.DocumentValues.longWhole;
import static org.edm2search.campaign.store.DocumentValues.number;
import static org.edm2search.campaign.store.DocumentValues.optionalInstant;
import static org.edm2search.campaign.store.DocumentValues.text;
import static org.edm2search.campaign.store.DocumentValues.whole;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Protocol;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.RecordedArchitecture;
import org.edm2search.campaign.trial.RecordedGenotype;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.RungHistory;
import org.edm2search.campaign.trial.RungLoss;
import org.edm2search.campaign.trial.Spending;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialBuilder;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.space.cost.Cost;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a campaign records as JSON documents: the one form in the store and in the journal.
 *
 * <p>Documents only grow: a reader leaves out members it does not know, and gives members that an
 * older writer did not know a default. What is read is checked by the records' own constructors;
 * anything else is an {@link IllegalArgumentException}.
 */
public final class TrialDocuments {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private TrialDocuments() {}

  // ---------------------------------------------------------------- trials

  /** Returns a trial's document. */
  public static ObjectNode write(Trial trial) {
    ObjectNode node = NODES.objectNode();
    node.put("number", trial.number());
    trial.repeatOf().ifPresent(first -> node.put("repeat_of", first));
    if (!trial.rungs().equals(RungHistory.NONE)) {
      node.set("rungs", write(trial.rungs()));
    }
    node.put("state", trial.state().name());
    node.put("reason", trial.reason());
    Candidate candidate = trial.candidate();
    node.put("genotype", candidate.genotype().text());
    node.put("architecture_id", candidate.architectureId());
    node.put("architecture_yaml", candidate.network().yaml());
    node.put("parameters", candidate.cost().parameters());
    node.put("multiply_adds", candidate.cost().multiplyAdds());
    trial.measurement().ifPresent(measurement -> node.set("measurement", write(measurement)));
    trial.provenance().ifPresent(provenance -> node.set("provenance", write(provenance)));
    if (!trial.spent().equals(Spending.NONE)) {
      node.set("spent", write(trial.spent()));
    }
    node.put("created_at", trial.createdAt().toString());
    trial.startedAt().ifPresent(at -> node.put("started_at", at.toString()));
    trial.finishedAt().ifPresent(at -> node.put("finished_at", at.toString()));
    return node;
  }

  /** Reads a trial's document. */
  public static Trial trial(JsonNode node) {
    Optional<Measurement> measurement = Optional.empty();
    TrialState state = constant(TrialState.class, text(node, "state"));
    String reason = text(node, "reason");
    if (node.has("measurement")) {
      JsonNode measured = node.get("measurement");
      double score = number(measured.path("score").path("value"));
      if (Double.isFinite(score)) {
        measurement = Optional.of(measurement(measured));
      } else {
        // A score that cannot be ranked makes its own trial a failure, not the campaign unreadable.
        state = TrialState.FAILED;
        reason = "its score is " + score;
      }
    }
    Candidate candidate =
        new Candidate(
            new RecordedGenotype(text(node, "genotype")),
            text(node, "architecture_id"),
            RecordedArchitecture.ofYaml(text(node, "architecture_yaml")),
            new Cost(longWhole(node, "parameters"), longWhole(node, "multiply_adds")));
    return new TrialBuilder(whole(node, "number"), candidate, instant(node, "created_at"))
        .repeatOf(node.has("repeat_of") ? Optional.of(whole(node, "repeat_of")) : Optional.empty())
        .rungs(node.has("rungs") ? rungs(node.get("rungs")) : RungHistory.NONE)
        .state(state)
        .reason(reason)
        .measurement(measurement)
        .provenance(
            node.has("provenance")
                ? Optional.of(provenance(node.get("provenance")))
                : Optional.empty())
        .spent(node.has("spent") ? spending(node.get("spent")) : measured(measurement))
        .startedAt(optionalInstant(node, "started_at"))
        .finishedAt(optionalInstant(node, "finished_at"))
        .build();
  }

  private static ObjectNode write(RungHistory rungs) {
    ObjectNode node = NODES.objectNode();
    rungs.goal().ifPresent(goal -> node.put("goal", goal));
    rungs.turn().ifPresent(turn -> node.put("turn", turn));
    ArrayNode reached = node.putArray("reached");
    for (RungLoss loss : rungs.reached()) {
      ObjectNode one = reached.addObject();
      one.put("rung", loss.rung());
      one.put("images", loss.images());
      one.put("loss", loss.loss());
      one.put("standard_error", loss.standardError());
      ArrayNode bins = one.putArray("bins");
      loss.bins().forEach(bins::add);
    }
    return node;
  }

  private static RungHistory rungs(JsonNode node) {
    List<RungLoss> reached = new ArrayList<>();
    for (JsonNode loss : node.path("reached")) {
      List<Double> bins = new ArrayList<>();
      loss.path("bins").forEach(bin -> bins.add(number(bin)));
      reached.add(
          new RungLoss(
              whole(loss, "rung"),
              longWhole(loss, "images"),
              number(loss.path("loss")),
              number(loss.path("standard_error")),
              bins));
    }
    return new RungHistory(
        node.has("goal") ? OptionalInt.of(whole(node, "goal")) : OptionalInt.empty(),
        reached,
        node.has("turn") ? OptionalInt.of(whole(node, "turn")) : OptionalInt.empty());
  }

  /** A version without a ledger measured what training cost. */
  private static Spending measured(Optional<Measurement> measurement) {
    OptionalDouble training =
        measurement.map(of -> of.value(Quantity.TRAINING_FLOPS)).orElse(OptionalDouble.empty());
    return training.isPresent() && training.getAsDouble() >= 0
        ? Spending.ofTraining(new BigDecimal(training.getAsDouble()).toBigInteger())
        : Spending.NONE;
  }

  private static ObjectNode write(Spending spent) {
    ObjectNode node = NODES.objectNode();
    spent.byPurpose().forEach(node::put);
    return node;
  }

  private static Spending spending(JsonNode node) {
    return new Spending(
        multiplyAdds(node, "training"),
        multiplyAdds(node, "sampling"),
        multiplyAdds(node, "guide"),
        multiplyAdds(node, Spending.HELD_OUT_LOSS));
  }

  private static BigInteger multiplyAdds(JsonNode node, String key) {
    if (!node.has(key)) {
      return BigInteger.ZERO;
    }
    if (!node.get(key).isIntegralNumber()) {
      throw new IllegalArgumentException(key + " must be a whole number");
    }
    return node.get(key).bigIntegerValue();
  }

  private static ObjectNode write(Measurement measurement) {
    ObjectNode node = NODES.objectNode();
    node.set("score", write(measurement.score()));
    ArrayNode others = node.putArray("others");
    measurement.others().forEach(quantity -> others.add(write(quantity)));
    node.put("protocol", measurement.protocol().text());
    node.put("protocol_digest", measurement.protocol().digest());
    return node;
  }

  private static Measurement measurement(JsonNode node) {
    List<Quantity> others = new ArrayList<>();
    for (JsonNode quantity : node.path("others")) {
      if (Double.isFinite(number(quantity.path("value")))) {
        others.add(quantity(quantity));
      }
    }
    return new Measurement(
        quantity(node.get("score")),
        others,
        Protocol.recorded(text(node, "protocol"), text(node, "protocol_digest")));
  }

  private static ObjectNode write(Quantity quantity) {
    ObjectNode node = NODES.objectNode();
    node.put("name", quantity.name());
    node.put("value", quantity.value());
    node.put("unit", quantity.unit());
    return node;
  }

  private static Quantity quantity(JsonNode node) {
    return new Quantity(text(node, "name"), number(node.path("value")), text(node, "unit"));
  }

  private static ObjectNode write(Provenance provenance) {
    ObjectNode node = NODES.objectNode();
    node.put("seed", provenance.seed());
    node.set("digests", write(provenance.digests()));
    node.set("versions", write(provenance.versions()));
    node.put("device", provenance.device());
    return node;
  }

  private static ObjectNode write(Map<String, String> words) {
    ObjectNode node = NODES.objectNode();
    words.forEach(node::put);
    return node;
  }

  /** Reads the document of a trial's origin. */
  static Provenance provenance(JsonNode node) {
    return new Provenance(
        longWhole(node, "seed"),
        words(node.path("digests")),
        words(node.path("versions")),
        text(node, "device"));
  }

  private static Map<String, String> words(JsonNode node) {
    Map<String, String> words = new TreeMap<>();
    node.properties().forEach(entry -> words.put(entry.getKey(), entry.getValue().asString()));
    return words;
  }

  // ---------------------------------------------------------------- the campaign

  /** Returns a campaign's document. */
  public static ObjectNode write(CampaignRecord campaign) {
    ObjectNode node = NODES.objectNode();
    node.put("name", campaign.name());
    node.put("strategy", campaign.strategy());
    node.put("seed", campaign.seed());
    node.put("planned_trials", campaign.plannedTrials());
    node.put("config_text", campaign.configText());
    node.put("config_digest", campaign.configDigest());
    node.put("created_at", campaign.createdAt().toString());
    node.put("note", campaign.note());
    return node;
  }

  /** Reads a campaign's document. */
  public static CampaignRecord campaign(JsonNode node) {
    return new CampaignRecord(
        text(node, "name"),
        text(node, "strategy"),
        longWhole(node, "seed"),
        whole(node, "planned_trials"),
        text(node, "config_text"),
        text(node, "config_digest"),
        instant(node, "created_at"),
        text(node, "note"));
  }

  /** Returns an attempt's document. */
  public static ObjectNode write(Attempt attempt) {
    ObjectNode node = NODES.objectNode();
    node.put("trial", attempt.trial());
    node.put("kind", attempt.kind().name());
    node.put("reason", attempt.reason());
    node.put("started_at", attempt.startedAt().toString());
    node.put("ended_at", attempt.endedAt().toString());
    return node;
  }

  /** Reads an attempt's document. */
  public static Attempt attempt(JsonNode node) {
    return new Attempt(
        whole(node, "trial"),
        constant(FailureKind.class, text(node, "kind")),
        text(node, "reason"),
        instant(node, "started_at"),
        instant(node, "ended_at"));
  }

  /** Returns a rejection's document. */
  public static ObjectNode write(Rejection rejection) {
    ObjectNode node = NODES.objectNode();
    node.put("architecture_id", rejection.architectureId());
    node.put("genotype", rejection.genotype().text());
    node.put("reason", rejection.reason());
    node.put("count", rejection.count());
    return node;
  }

  /** Reads a rejection's document. */
  public static Rejection rejection(JsonNode node) {
    return new Rejection(
        text(node, "architecture_id"),
        new RecordedGenotype(text(node, "genotype")),
        text(node, "reason"),
        whole(node, "count"));
  }

  /** Returns the document of a running trial's progress. */
  public static ObjectNode write(Progress progress) {
    ObjectNode node = NODES.objectNode();
    node.put("trial", progress.trial());
    node.put("phase", progress.phase().name());
    node.put("done", progress.done());
    node.put("total", progress.total());
    progress.loss().ifPresent(loss -> node.put("loss", loss));
    node.put("images_per_second", progress.imagesPerSecond());
    node.put("at", progress.at().toString());
    return node;
  }

  /** Reads the document of a running trial's progress. */
  public static Progress progress(JsonNode node) {
    return new Progress(
        whole(node, "trial"),
        constant(Phase.class, text(node, "phase")),
        longWhole(node, "done"),
        longWhole(node, "total"),
        node.has("loss") ? OptionalDouble.of(number(node.get("loss"))) : OptionalDouble.empty(),
        number(node.path("images_per_second")),
        instant(node, "at"));
  }
}
