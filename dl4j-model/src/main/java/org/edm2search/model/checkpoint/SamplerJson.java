package org.edm2search.model.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.edm2search.model.Preconditioning;
import org.edm2search.model.sampling.Churn;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.model.sampling.Sampling;
import org.edm2search.model.sampling.SigmaInterval;
import org.edm2search.model.sampling.SigmaSchedule;
import org.edm2search.space.base.Edm2SearchException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Sampler settings as the JSON file of a bundle. */
final class SamplerJson {

  private static final String HEUN = "heun";
  private static final Guidance.Guide EXPORTED = new Guidance.Guide.Exported();
  private static final String DECODE = "trunc(clip(127.5 * x + 128, 0, 255))";
  private static final Set<String> KEYS =
      Set.of(
          "sampler",
          "steps",
          "sigma_min",
          "sigma_max",
          "rho",
          "guidance_weight",
          "guidance_kind",
          "guidance_interval",
          "churn",
          "label_dropout",
          "sigma_data",
          "decode",
          "classes");
  private static final Set<String> CHURN_KEYS = Set.of("amount", "min", "max", "noise");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private SamplerJson() {}

  static String write(SamplerConfig sampler) {
    ObjectNode node = JSON.createObjectNode();
    node.put("sampler", HEUN);
    SigmaSchedule schedule = sampler.sampling().schedule();
    node.put("steps", schedule.steps());
    node.put("sigma_min", schedule.sigmaMin());
    node.put("sigma_max", schedule.sigmaMax());
    node.put("rho", schedule.rho());
    node.put("guidance_weight", sampler.guidance().weight());
    if (sampler.guidance().active()) {
      writeGuidance(node, sampler.guidance());
    }
    if (sampler.sampling().churn().active()) {
      writeChurn(node.putObject("churn"), sampler.sampling().churn());
    }
    if (sampler.labelDropout() > 0) {
      node.put("label_dropout", sampler.labelDropout());
    }
    node.put("sigma_data", Preconditioning.SIGMA_DATA);
    node.put("decode", DECODE);
    sampler.classes().forEach(node.putArray("classes")::add);
    return JSON.writeValueAsString(node);
  }

  private static void writeGuidance(ObjectNode node, Guidance guidance) {
    node.put("guidance_kind", guidance.kind());
    SigmaInterval limits = guidance.interval();
    if (!limits.equals(SigmaInterval.ALL)) {
      // JSON has no infinity: an interval without upper limit has one number.
      ArrayNode interval = node.putArray("guidance_interval").add(limits.low());
      if (Double.isFinite(limits.high())) {
        interval.add(limits.high());
      }
    }
  }

  private static void writeChurn(ObjectNode node, Churn churn) {
    node.put("amount", churn.amount());
    node.put("min", churn.sigmaMin());
    if (Double.isFinite(churn.sigmaMax())) {
      node.put("max", churn.sigmaMax());
    }
    node.put("noise", churn.noise());
  }

  /**
   * Reads the file. Keys it does not know would draw other images elsewhere: they are refused.
   *
   * @throws Edm2SearchException naming the key and the rule
   */
  static SamplerConfig read(Path file) {
    JsonNode node = parse(file);
    if (node.has("sampler") && !node.get("sampler").asString("").equals(HEUN)) {
      throw invalid(file, "'sampler' must be \"%s\", but is %s", HEUN, node.get("sampler"));
    }
    if (node.has("decode") && !node.get("decode").asString("").equals(DECODE)) {
      throw invalid(file, "'decode' must be \"%s\", but is %s", DECODE, node.get("decode"));
    }
    requireKnown(file, "", node, KEYS);
    JsonNode steps = node.path("steps");
    if (!steps.isIntegralNumber() || !steps.canConvertToInt()) {
      throw invalid(file, "'steps' must be an integer, but is %s", described(steps));
    }
    List<String> classes = new ArrayList<>();
    for (JsonNode name : node.path("classes")) {
      if (!name.isString()) {
        throw invalid(file, "'classes' must be texts, but one is %s", name);
      }
      classes.add(name.asString());
    }
    double sigmaData = number(file, node, "sigma_data");
    if (sigmaData != Preconditioning.SIGMA_DATA) {
      throw invalid(
          file,
          "sigma_data must be %s, which the networks are made for, but is %s",
          Preconditioning.SIGMA_DATA,
          sigmaData);
    }
    try {
      SigmaSchedule schedule =
          new SigmaSchedule(
              steps.asInt(),
              number(file, node, "sigma_min"),
              number(file, node, "sigma_max"),
              number(file, node, "rho"));
      return new SamplerConfig(
          new Sampling(schedule, churn(file, node), guidance(file, node)),
          node.has("label_dropout") ? number(file, node, "label_dropout") : 0,
          classes);
    } catch (IllegalArgumentException e) {
      throw new Edm2SearchException(file + ": " + e.getMessage(), e);
    }
  }

  private static Guidance guidance(Path file, JsonNode node) {
    double weight = number(file, node, "guidance_weight");
    String kind =
        node.has("guidance_kind") ? kind(file, node.get("guidance_kind")) : Guidance.AUTOGUIDANCE;
    JsonNode interval = node.path("guidance_interval");
    if (interval.isMissingNode()) {
      return Guidance.of(kind, weight, SigmaInterval.ALL, EXPORTED);
    }
    boolean numbers = interval.isArray() && interval.size() >= 1 && interval.size() <= 2;
    for (JsonNode limit : interval) {
      numbers &= limit.isNumber();
    }
    if (!numbers) {
      throw invalid(
          file, "'guidance_interval' must be one or two numbers, but is %s", described(interval));
    }
    double high = interval.size() == 2 ? interval.get(1).asDouble() : Double.POSITIVE_INFINITY;
    return Guidance.of(kind, weight, new SigmaInterval(interval.get(0).asDouble(), high), EXPORTED);
  }

  private static String kind(Path file, JsonNode node) {
    String kind = node.asString("");
    if (Guidance.KINDS.contains(kind)) {
      return kind;
    }
    throw invalid(
        file,
        "'guidance_kind' must be autoguidance or classifier-free, but is %s",
        described(node));
  }

  private static Churn churn(Path file, JsonNode node) {
    JsonNode churn = node.path("churn");
    if (churn.isMissingNode()) {
      return Churn.NONE;
    }
    if (!churn.isObject()) {
      throw invalid(file, "'churn' must be an object, but is %s", described(churn));
    }
    requireKnown(file, "churn.", churn, CHURN_KEYS);
    return new Churn(
        number(file, churn, "amount"),
        number(file, churn, "min"),
        churn.has("max") ? number(file, churn, "max") : Double.POSITIVE_INFINITY,
        number(file, churn, "noise"));
  }

  private static JsonNode parse(Path file) {
    try {
      JsonNode node = JSON.readTree(BundleDirectory.readText(file));
      if (!node.isObject()) {
        throw invalid(file, "must be a JSON object, but is %s", described(node));
      }
      return node;
    } catch (JacksonException e) {
      throw new Edm2SearchException(file + ": is not valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static void requireKnown(Path file, String path, JsonNode node, Set<String> known) {
    for (String key : node.propertyNames()) {
      if (!known.contains(key)) {
        throw invalid(file, "unknown key %s", InvalidTensorFileException.quoted(path + key));
      }
    }
  }

  private static double number(Path file, JsonNode node, String key) {
    if (!node.path(key).isNumber()) {
      throw invalid(file, "'%s' must be a number, but is %s", key, described(node.path(key)));
    }
    return node.path(key).asDouble();
  }

  private static String described(JsonNode node) {
    return node.isMissingNode() ? "missing" : InvalidTensorFileException.quoted(node.toString());
  }

  private static Edm2SearchException invalid(Path file, String rule, Object... values) {
    return new Edm2SearchException(file + ": " + rule.formatted(values));
  }
}
