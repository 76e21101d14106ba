package org.edm2search.campaign.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.OptionalDouble;
import org.edm2search.campaign.statistics.Standing;

/**
 * What the scores say about a trial's architecture, training and sampling scatter considered.
 *
 * @param typical its typical score over trainings
 * @param low95 lower end of the typical score's 95 % interval
 * @param high95 upper end
 * @param againLow95 lower end of the 95 % interval of one more training's score
 * @param againHigh95 upper end
 * @param probabilityBest of being the best of all
 * @param probabilityBetterThanSeed of being better than the seed architecture, if that is scored
 */
public record StandingReport(
    double typical,
    @JsonProperty("low_95") double low95,
    @JsonProperty("high_95") double high95,
    @JsonProperty("again_low_95") double againLow95,
    @JsonProperty("again_high_95") double againHigh95,
    double probabilityBest,
    OptionalDouble probabilityBetterThanSeed) {

  static StandingReport of(Standing standing, boolean seedScored) {
    return new StandingReport(
        standing.typical(),
        standing.low(),
        standing.high(),
        standing.againLow(),
        standing.againHigh(),
        standing.best(),
        seedScored ? OptionalDouble.of(standing.betterThanReference()) : OptionalDouble.empty());
  }
}
