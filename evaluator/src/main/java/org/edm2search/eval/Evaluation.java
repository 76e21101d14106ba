package org.edm2search.eval;

import java.util.Map;
import java.util.Objects;
import org.edm2search.eval.fid.DensityCoverage;
import org.edm2search.eval.fid.Estimate;

/**
 * A score with what is needed to read it.
 *
 * @param objective what the protocol ranks by
 * @param distances of the samples to the reference; lower is better
 * @param densityCoverage likeness and variety of the samples
 * @param features of the samples, [n, d]
 * @param effort what it took
 * @param protocol what it depends on; only scores of one protocol compare
 */
public record Evaluation(
    Distance objective,
    Map<Distance, Estimate> distances,
    DensityCoverage densityCoverage,
    double[][] features,
    Effort effort,
    Protocol protocol) {

  public Evaluation {
    distances = Map.copyOf(distances);
    if (!distances.containsKey(objective)) {
      throw new IllegalArgumentException(
          "an evaluation that is ranked by %s needs it, but has %s"
              .formatted(objective.key(), distances.keySet()));
    }
  }

  /**
   * What an evaluation took.
   *
   * @param samples images drawn
   * @param evaluations network evaluations of a sample (NFE), those of a guide included
   * @param seconds time spent
   */
  public record Effort(int samples, int evaluations, double seconds) {}

  /**
   * What a score depends on.
   *
   * @param label what the score is, such as {@code FD-PCA64@1000 (builtin 1a2b3c4d)}
   * @param text everything it depends on, one line
   * @param digest SHA-256 of the same as canonical keys and values
   */
  public record Protocol(String label, String text, String digest) {}

  /** Returns what the samples are ranked by. */
  public Estimate score() {
    return distance(objective);
  }

  /** Returns a distance of the samples to the reference. */
  public Estimate distance(Distance distance) {
    return Objects.requireNonNull(distances.get(distance), distance::key);
  }
}
