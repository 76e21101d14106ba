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
 * @param samples images drawn
 * @param evaluations network evaluations of a sample (NFE), those of a guide included
 * @param seconds time spent
 * @param label what the score is, such as {@code FD-PCA64@1000 (builtin 1a2b3c4d)}
 * @param protocol everything it depends on, one line
 * @param protocolDigest SHA-256 of the protocol
 */
public record Evaluation(
    Distance objective,
    Map<Distance, Estimate> distances,
    DensityCoverage densityCoverage,
    double[][] features,
    int samples,
    int evaluations,
    double seconds,
    String label,
    String protocol,
    String protocolDigest) {

  public Evaluation {
    distances = Map.copyOf(distances);
  }

  /** Returns what the samples are ranked by. */
  public Estimate score() {
    return distance(objective);
  }

  /** Returns a distance of the samples to the reference. */
  public Estimate distance(Distance distance) {
    return Objects.requireNonNull(distances.get(distance), distance::key);
  }
}
