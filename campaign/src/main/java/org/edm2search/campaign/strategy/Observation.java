package org.edm2search.campaign.strategy;

import java.util.Objects;
import java.util.OptionalDouble;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Trial;

/**
 * What a strategy learns of a trial. A later observation of a trial replaces the earlier one, for
 * example when it was trained further; several trials of one network count together.
 *
 * @param trial its number
 * @param architectureId identity of its network
 * @param score lower is better; empty if it failed or was pruned
 * @param variance how far the score would scatter with other samples of the same training, or how
 *     uncertain it is where it was foretold from less training, in squared units of the score; 0
 *     without a score. The scatter between trainings is not in it: strategies estimate it from all
 *     observations ({@link org.edm2search.campaign.statistics.ScoreModel}).
 * @param cost what a second objective minimizes, in its unit; by default multiply-adds of one
 *     evaluation on one image
 */
public record Observation(
    int trial, String architectureId, OptionalDouble score, double variance, double cost) {

  public Observation {
    Objects.requireNonNull(architectureId, "architectureId");
    if (!(variance >= 0) || score.isPresent() && !Double.isFinite(score.getAsDouble())) {
      throw new IllegalArgumentException(
          "trial %d: a score must be finite and its variance at least 0, but are %s and %s"
              .formatted(trial, score, variance));
    }
  }

  /** Returns what a finished trial showed. */
  public static Observation of(Trial finished) {
    double deviation =
        finished.measurement().stream()
            .mapToDouble(measured -> measured.value(Quantity.SCORE_DEVIATION).orElse(0))
            .sum();
    return new Observation(
        finished.number(),
        finished.candidate().architectureId(),
        finished.score(),
        finished.score().isPresent() ? deviation * deviation : 0,
        finished.candidate().cost().multiplyAdds());
  }
}
