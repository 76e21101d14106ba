package org.edm2search.pipeline.release;

import java.util.LinkedHashMap;
import java.util.Map;
import org.edm2search.eval.fid.Estimate;

/** A score as {@code metrics.json} has it. */
final class ScoreFacts {

  private ScoreFacts() {}

  /**
   * Returns JSON values by key.
   *
   * @param name of the score
   * @param estimate of it
   * @param protocol everything that it depends on, for people
   * @param digest of the same
   */
  static Map<String, Object> of(String name, Estimate estimate, String protocol, String digest) {
    Map<String, Object> score = new LinkedHashMap<>();
    score.put("name", name);
    score.put("value", estimate.value());
    if (estimate.hasDeviation()) {
      score.put("standard_deviation", estimate.standardDeviation());
      score.put("low_95", estimate.low());
      score.put("high_95", estimate.high());
    }
    score.put("protocol", protocol);
    score.put("protocol_digest", digest);
    return score;
  }
}
