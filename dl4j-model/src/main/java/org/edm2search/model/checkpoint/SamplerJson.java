package org.edm2search.model.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.edm2search.model.checkpoint.SamplerConfig.Churn;
import org.edm2search.model.checkpoint.SamplerConfig.Guidance;
import org.edm2search.model.checkpoint.SamplerConfig.GuidanceKind;
import org.edm2search.space.Edm2SearchException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Sampler settings as the JSON file of a bundle. */
final class SamplerJson {

  private static final String HEUN = "heun";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private SamplerJson() {}

  static String write(SamplerConfig sampler) {
    ObjectNode node = JSON.createObjectNode();
    node.put("sampler", HEUN);
    node.put("steps", sampler.steps());
    node.put("sigma_min", sampler.sigmaMin());
    node.put("sigma_max", sampler.sigmaMax());
    node.put("rho", sampler.rho());
    node.put("guidance_weight", sampler.guidance().weight());
    if (sampler.guidance().weight() != 1) {
      writeGuidance(node, sampler.guidance());
    }
    if (sampler.churn().amount() > 0) {
      writeChurn(node.putObject("churn"), sampler.churn());
    }
    if (sampler.labelDropout() > 0) {
      node.put("label_dropout", sampler.labelDropout());
    }
    node.put("sigma_data", sampler.sigmaData());
    node.put("decode", "trunc(clip(127.5 * x + 128, 0, 255))");
    sampler.classes().forEach(node.putArray("classes")::add);
    return JSON.writeValueAsString(node);
  }

  private static void writeGuidance(ObjectNode node, Guidance guidance) {
    node.put("guidance_kind", guidance.kind().toString());
    if (guidance.limited()) {
      // JSON has no infinity: an interval without upper limit has one number.
      ArrayNode interval = node.putArray("guidance_interval").add(guidance.low());
      if (Double.isFinite(guidance.high())) {
        interval.add(guidance.high());
      }
    }
  }

  private static void writeChurn(ObjectNode node, Churn churn) {
    node.put("amount", churn.amount());
    node.put("min", churn.min());
    if (Double.isFinite(churn.max())) {
      node.put("max", churn.max());
    }
    node.put("noise", churn.noise());
  }

  /**
   * Reads the file; keys it does not know are ignored.
   *
   * @throws Edm2SearchException naming the key and the rule
   */
  static SamplerConfig read(Path file) {
    JsonNode node = parse(file);
    if (node.has("sampler") && !node.get("sampler").asString("").equals(HEUN)) {
      throw invalid(file, "'sampler' must be \"%s\", but is %s", HEUN, node.get("sampler"));
    }
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
    try {
      return new SamplerConfig(
          steps.asInt(),
          number(file, node, "sigma_min"),
          number(file, node, "sigma_max"),
          number(file, node, "rho"),
          churn(file, node),
          guidance(file, node),
          node.has("label_dropout") ? number(file, node, "label_dropout") : 0,
          number(file, node, "sigma_data"),
          classes);
    } catch (IllegalArgumentException e) {
      throw new Edm2SearchException(file + ": " + e.getMessage(), e);
    }
  }

  private static Guidance guidance(Path file, JsonNode node) {
    double weight = number(file, node, "guidance_weight");
    GuidanceKind kind =
        node.has("guidance_kind")
            ? kind(file, node.get("guidance_kind"))
            : GuidanceKind.AUTOGUIDANCE;
    JsonNode interval = node.path("guidance_interval");
    if (interval.isMissingNode()) {
      return new Guidance(kind, weight, 0, Double.POSITIVE_INFINITY);
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
    return new Guidance(kind, weight, interval.get(0).asDouble(), high);
  }

  private static GuidanceKind kind(Path file, JsonNode node) {
    for (GuidanceKind kind : GuidanceKind.values()) {
      if (kind.toString().equals(node.asString(""))) {
        return kind;
      }
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
