package org.edm2search.pipeline.release;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.pipeline.trial.FinalistPlan;
import org.edm2search.pipeline.trial.FinalistResult;
import org.edm2search.pipeline.trial.ScoreBook;
import org.edm2search.pipeline.trial.SeedBlock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was chosen for a trial after the search, and what it scored on seeds that nothing was chosen
 * on.
 *
 * @param ema length of the averaged weights
 * @param guidance weight, 1 for none
 * @param scoreName name of the score, with its samples
 * @param mean over the blocks of seeds
 * @param standardDeviation over the blocks; 0 for one
 * @param blocks their scores
 * @param own a block of the trial itself, which can be measured again; none if it has no checkpoint
 *     or the choice was made before blocks were kept
 */
public record FinalChoice(
    double ema,
    double guidance,
    String scoreName,
    double mean,
    double standardDeviation,
    List<Double> blocks,
    Optional<SeedBlock> own) {

  /** Key of a choice in a bundle's metrics. */
  static final String KEY = "finalist";

  private static final String OWN = "own_block";

  public FinalChoice {
    blocks = List.copyOf(blocks);
  }

  /**
   * Returns the choice that scoring made.
   *
   * @param scoreName name of the score of a block
   * @param training which of the trainings the trial is; -1 if it was not scored
   */
  public static FinalChoice of(FinalistResult result, String scoreName, int training) {
    return new FinalChoice(
        result.chosen().ema(),
        result.chosen().guidance().weight(),
        scoreName,
        result.mean(),
        result.standardDeviation(),
        result.blocks(),
        training < 0 ? Optional.empty() : Optional.of(result.firsts().get(training)));
  }

  /**
   * Returns a campaign's protocol with what was chosen.
   *
   * @throws IllegalArgumentException if the choice does not fit the protocol
   */
  public EvaluationProtocol applyTo(EvaluationProtocol protocol) {
    return FinalistPlan.chosen(protocol, ema, guidance);
  }

  /** Returns the choice in words. */
  @Override
  public String toString() {
    return "EMA %s, guidance %s".formatted(ema, guidance == 1 ? "none" : guidance);
  }

  /** Returns the choice as JSON values by key. */
  Map<String, Object> toJson() {
    Map<String, Object> json = new TreeMap<>();
    json.put("ema", ema);
    json.put("guidance", guidance);
    json.put("score_name", scoreName);
    json.put("mean", mean);
    json.put("standard_deviation", standardDeviation);
    json.put("blocks", blocks);
    own.ifPresent(block -> json.put(OWN, toJson(block)));
    return json;
  }

  private static Map<String, Object> toJson(SeedBlock block) {
    Map<String, Object> json = new TreeMap<>();
    json.put("seed", block.seed());
    json.put("samples", block.samples());
    json.put("protocol_digest", block.protocolDigest());
    json.put("score", block.score().score());
    json.put("deviation", block.score().deviation());
    return json;
  }

  private static SeedBlock block(JsonNode json) {
    return new SeedBlock(
        (long) number(json, "seed"),
        (int) number(json, "samples"),
        json.path("protocol_digest").asString(),
        new ScoreBook.Score(number(json, "score"), number(json, "deviation")));
  }

  /**
   * Reads the own block of a bundle's trial.
   *
   * @param metrics of the bundle
   * @throws IllegalArgumentException if it is there and damaged
   */
  static Optional<SeedBlock> ownBlock(Map<String, Object> metrics) {
    JsonNode block = JsonMapper.shared().valueToTree(metrics).path(KEY).path(OWN);
    return block.isObject() ? Optional.of(block(block)) : Optional.empty();
  }

  /**
   * Reads a choice.
   *
   * @throws IllegalArgumentException if a key is missing or no number
   */
  static FinalChoice of(JsonNode json) {
    JsonNode blocks = json.get("blocks");
    if (blocks == null || !blocks.isArray() || !json.path("score_name").isString()) {
      throw new IllegalArgumentException("has no 'score_name' or 'blocks'");
    }
    return new FinalChoice(
        number(json, "ema"),
        number(json, "guidance"),
        json.get("score_name").asString(),
        number(json, "mean"),
        number(json, "standard_deviation"),
        blocks.valueStream().map(JsonNode::asDouble).toList(),
        json.path(OWN).isObject() ? Optional.of(block(json.get(OWN))) : Optional.empty());
  }

  private static double number(JsonNode json, String key) {
    if (!json.path(key).isNumber()) {
      throw new IllegalArgumentException("has no number '%s'".formatted(key));
    }
    return json.get(key).asDouble();
  }
}
