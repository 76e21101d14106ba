package org.edm2search.pipeline.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.edm2search.campaign.report.ReportJson;
import org.edm2search.eval.fid.Estimate;
import org.edm2search.space.base.AtomicFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Scores by trial and protocol in a JSON file, so that what was computed once is not again. */
public final class ScoreBook {

  private final Path file;
  private final Map<String, Map<String, Score>> scores = new TreeMap<>();

  /**
   * A score.
   *
   * @param score lower is better
   * @param deviation its standard deviation over draws of samples; 0 if not known
   */
  public record Score(double score, double deviation) {

    static Score of(Estimate estimate) {
      return new Score(
          estimate.value(), estimate.hasDeviation() ? estimate.standardDeviation() : 0);
    }
  }

  private ScoreBook(Path file) {
    this.file = file;
  }

  /**
   * Opens a book.
   *
   * @throws IOException if the file cannot be read or is not a book
   */
  public static ScoreBook open(Path file) throws IOException {
    ScoreBook book = new ScoreBook(file);
    if (Files.exists(file)) {
      try {
        book.read(JsonMapper.shared().readTree(Files.readString(file)));
      } catch (JacksonException e) {
        throw new IOException("not JSON", e);
      }
    }
    return book;
  }

  private void read(JsonNode root) throws IOException {
    requireObject(root, "the whole");
    for (Map.Entry<String, JsonNode> trial : root.properties()) {
      requireObject(trial.getValue(), trial.getKey());
      for (Map.Entry<String, JsonNode> score : trial.getValue().properties()) {
        put(trial.getKey(), score.getKey(), score(trial.getKey(), score.getValue()));
      }
    }
  }

  /** A book of an earlier version has numbers alone. */
  private static Score score(String trial, JsonNode node) throws IOException {
    JsonNode score = node.isNumber() ? node : node.path("score");
    if (!score.isNumber()) {
      throw new IOException("the score of %s is not a number".formatted(trial));
    }
    return new Score(score.asDouble(), Math.max(0, node.path("deviation").asDouble(0)));
  }

  private static void requireObject(JsonNode node, String what) throws IOException {
    if (!node.isObject()) {
      throw new IOException(what + " is not an object");
    }
  }

  private void put(String trial, String digest, Score score) {
    scores.computeIfAbsent(trial, key -> new TreeMap<>()).put(digest, score);
  }

  /**
   * Returns a score that was computed before.
   *
   * @param trial name of the trial
   * @param digest of the protocol
   */
  Optional<Score> find(String trial, String digest) {
    return Optional.ofNullable(scores.getOrDefault(trial, Map.of()).get(digest));
  }

  /** Keeps the score of a trial by a protocol. */
  void keep(String trial, String digest, Score score) {
    put(trial, digest, score);
    AtomicFile.write(file, ReportJson.write(scores));
  }
}
