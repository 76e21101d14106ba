package org.edm2search.pipeline.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.report.ReportJson;
import org.edm2search.eval.Distance;
import org.edm2search.eval.Evaluation;
import org.edm2search.space.base.AtomicFile;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Scores that a campaign's trials got after the search, by protocol and trial, in a JSON file of
 * their own: the scores of the search stay as they are.
 */
public final class RescoreBook {

  private static final String FILE = "rescored.json";
  private static final long MOST_BYTES = 1 << 26;

  private final Path file;
  private final Map<String, Table> tables;

  /**
   * What a trial scored.
   *
   * @param score that the protocol ranks by
   * @param deviation its standard deviation over draws of samples; 0 if not known
   * @param distances all there are, by key
   * @param checkpoint SHA-256 of the weights
   */
  public record Score(
      double score, double deviation, Map<String, Double> distances, String checkpoint) {

    public Score {
      distances = Collections.unmodifiableMap(new TreeMap<>(distances));
    }

    static Score of(Evaluation evaluation, String checkpoint) {
      Map<String, Double> distances = new TreeMap<>();
      for (Distance distance : Distance.values()) {
        distances.put(distance.key(), evaluation.distance(distance).value());
      }
      boolean known = evaluation.score().hasDeviation();
      return new Score(
          evaluation.score().value(),
          known ? evaluation.score().standardDeviation() : 0,
          distances,
          checkpoint);
    }
  }

  /**
   * Scores that compare.
   *
   * @param label of the score
   * @param protocol everything it depends on
   * @param trials scores by number of the trial
   */
  public record Table(String label, String protocol, Map<Integer, Score> trials) {

    public Table {
      trials = Collections.unmodifiableMap(new TreeMap<>(trials));
    }

    Table with(int trial, Score score) {
      Map<Integer, Score> more = new TreeMap<>(trials);
      more.put(trial, score);
      return new Table(label, protocol, more);
    }
  }

  private RescoreBook(Path file, Map<String, Table> tables) {
    this.file = file;
    this.tables = new TreeMap<>(tables);
  }

  /**
   * Opens the book of a campaign.
   *
   * @throws IOException if the file cannot be read or is not a book
   */
  public static RescoreBook open(CampaignDirectory campaign) throws IOException {
    Path file = campaign.path().resolve(FILE);
    if (!Files.exists(file)) {
      return new RescoreBook(file, Map.of());
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException(file + ": is over %d bytes".formatted(MOST_BYTES));
    }
    try {
      return new RescoreBook(
          file,
          JsonMapper.shared()
              .readValue(Files.readString(file), new TypeReference<Map<String, Table>>() {}));
    } catch (JacksonException | NullPointerException e) {
      throw new IOException(file + ": is not a book of scores", e);
    }
  }

  /** Returns the scores by the digest of their protocol. */
  public Map<String, Table> tables() {
    return Map.copyOf(tables);
  }

  /** Returns the scores by a protocol under which some trial was scored. */
  public Table table(String digest) {
    return Objects.requireNonNull(tables.get(digest), "no trial was scored by this protocol");
  }

  /** Returns what a trial with these weights scored under a protocol, if that is known. */
  Optional<Score> find(String digest, int trial, String checkpoint) {
    return Optional.ofNullable(tables.get(digest))
        .map(table -> table.trials().get(trial))
        .filter(score -> score.checkpoint().equals(checkpoint));
  }

  /** Keeps a score. */
  void keep(Evaluation evaluation, int trial, Score score) {
    tables.merge(
        evaluation.protocolDigest(),
        new Table(evaluation.label(), evaluation.protocol(), Map.of(trial, score)),
        (known, fresh) -> known.with(trial, score));
    AtomicFile.write(file, ReportJson.write(tables));
  }
}
