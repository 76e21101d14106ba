package org.edm2search.pipeline.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.edm2search.campaign.report.ReportJson;
import org.edm2search.eval.Distance;
import org.edm2search.eval.Evaluation;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.pipeline.trial.TrainedModel;
import org.edm2search.space.CanonicalKeys;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.base.Sha256;
import org.edm2search.train.TrainedCandidate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a network that {@code train} wrote was last found to score: {@value #NAME} beside its
 * checkpoint, which {@code evaluate} writes and {@code export} tells in card and metrics.
 *
 * @param checkpoint that was scored
 * @param drawn how: averaged weights and sampler
 * @param metrics JSON values by key, as in a bundle: {@code score} and {@code quantities}
 */
public record LastScore(String checkpoint, String drawn, Map<String, Object> metrics) {

  /** Name of the file. */
  public static final String NAME = "score.json";

  /** Bytes that no such file has. */
  private static final long MOST_BYTES = 1 << 20;

  public LastScore {
    metrics = Map.copyOf(metrics);
  }

  /** Returns what an evaluation found. */
  public static LastScore of(
      TrainedCandidate candidate,
      EvaluationProtocol protocol,
      Evaluation evaluation,
      Map<String, Double> further) {
    Map<String, Object> score =
        ScoreFacts.of(
            evaluation.protocol().label(),
            evaluation.score(),
            evaluation.protocol().text(),
            evaluation.protocol().digest());
    score.put("seed", protocol.seed());
    score.put("samples", protocol.samples());
    Map<String, Object> quantities = new LinkedHashMap<>();
    for (Distance distance : Distance.values()) {
      if (distance != evaluation.objective()) {
        quantities.put(distance.label(), evaluation.distance(distance).value());
      }
    }
    quantities.put("density", evaluation.densityCoverage().density());
    quantities.put("coverage", evaluation.densityCoverage().coverage());
    quantities.putAll(further);
    return new LastScore(
        identity(candidate), drawn(protocol), Map.of("score", score, "quantities", quantities));
  }

  /** Returns whether a directory is one that {@code train} writes. */
  public static boolean isFor(Path directory) {
    return Files.isRegularFile(directory.resolve(RunFiles.RECIPE))
        && Files.isRegularFile(directory.resolve(TrainedModel.CHECKPOINT))
        && !ModelBundle.isBundle(directory);
  }

  /**
   * Writes it in place of the one before.
   *
   * @throws Edm2SearchException if that fails
   */
  public void write(Path directory) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("checkpoint", checkpoint);
    all.put("drawn", drawn);
    all.putAll(metrics);
    AtomicFile.write(directory.resolve(NAME), ReportJson.write(all));
  }

  /**
   * Finds that of a directory.
   *
   * @throws Edm2SearchException if it is damaged
   */
  public static Optional<LastScore> find(Path directory) {
    Path file = directory.resolve(NAME);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw damaged(file, "is too large", null);
      }
      JsonNode root = JsonMapper.shared().readTree(Files.readString(file));
      return Optional.of(
          new LastScore(
              root.path("checkpoint").asString(""),
              root.path("drawn").asString(""),
              Map.of(
                  "score", values(file, root.path("score")),
                  "quantities", values(file, root.path("quantities")))));
    } catch (IOException e) {
      throw damaged(file, AtomicFile.reason(e), e);
    } catch (JacksonException e) {
      throw damaged(file, "is not JSON", e);
    }
  }

  /** Numbers and texts alone. */
  private static Map<String, Object> values(Path file, JsonNode node) {
    if (!node.isObject()) {
      throw damaged(file, "must have objects score and quantities", null);
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      JsonNode value = entry.getValue();
      if (value.isIntegralNumber() && value.canConvertToLong()) {
        values.put(entry.getKey(), value.asLong());
      } else if (value.isNumber()) {
        values.put(entry.getKey(), value.asDouble());
      } else if (value.isString()) {
        values.put(entry.getKey(), value.asString());
      }
    }
    return values;
  }

  private static Edm2SearchException damaged(Path file, String why, @Nullable Exception cause) {
    return new Edm2SearchException(
        "%s: %s; delete it, 'edm2-search evaluate %s' writes it anew"
            .formatted(file, why, file.getParent()),
        cause);
  }

  /** Returns whether it is of this checkpoint, drawn from as a protocol says. */
  public boolean holdsFor(TrainedCandidate candidate, EvaluationProtocol protocol) {
    return checkpoint.equals(identity(candidate)) && drawn.equals(drawn(protocol));
  }

  private static String identity(TrainedCandidate candidate) {
    String run = candidate.checkpoint().progress().getOrDefault("run", "");
    return "%d images of %s".formatted(candidate.images(), new Sha256().add(run).hex());
  }

  private static String drawn(EvaluationProtocol protocol) {
    CanonicalKeys keys = new CanonicalKeys().put("ema", protocol.ema());
    protocol.sampling().addTo(keys);
    return keys.digest();
  }
}
