package org.edm2search.campaign.fidelity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says what a score at a lower rung lets expect of the whole training, and how surely: a straight
 * line between the logarithms of neighbouring rungs, fitted to the candidates that were trained to
 * both, and the scatter around it. So a strategy learns from lower rungs as from noisier scores.
 *
 * <p>Promotion selects on the lower rung's score, which is what the line is drawn over, so the
 * selection does not bend it. Until pairs tell otherwise, slope 1 and a scatter of {@value
 * #PRIOR_SCATTER} are assumed, with the weight of {@value #PRIOR_PAIRS} pairs.
 */
public final class RungTranslation {

  private static final double PRIOR_SCATTER = 0.15;
  private static final double PRIOR_PAIRS = 3;

  /**
   * What a score lets expect at the top.
   *
   * @param score the expectation
   * @param variance of the expectation, in squared units of the score
   */
  public record Expected(double score, double variance) {}

  /** The step to the next rung: y = meanAbove + slope · (x − meanBelow), in logarithms. */
  private record Step(double meanBelow, double meanAbove, double slope, double variance) {}

  private final List<Step> steps = new ArrayList<>();

  /**
   * Learns from everything told so far.
   *
   * @param rungs how many rungs there are
   * @param results first objectives must be above 0; failures are passed over
   */
  public RungTranslation(int rungs, List<RungResult> results) {
    List<Map<Integer, Double>> scores = new ArrayList<>();
    for (int rung = 0; rung < rungs; rung++) {
      scores.add(new HashMap<>());
    }
    for (RungResult result : results) {
      if (!result.failed()) {
        scores.get(result.rung()).put(result.candidate(), Math.log(result.objectives().get(0)));
      }
    }
    for (int rung = 0; rung + 1 < rungs; rung++) {
      steps.add(step(scores.get(rung), scores.get(rung + 1)));
    }
  }

  private static Step step(Map<Integer, Double> below, Map<Integer, Double> above) {
    List<Integer> both = below.keySet().stream().filter(above::containsKey).sorted().toList();
    if (both.isEmpty()) {
      return new Step(0, 0, 1, PRIOR_SCATTER * PRIOR_SCATTER);
    }
    double x = both.stream().mapToDouble(below::get).average().orElseThrow();
    double y = both.stream().mapToDouble(above::get).average().orElseThrow();
    // The prior's pairs lie on slope 1, as far from the mean as the prior's scatter.
    double xx = PRIOR_PAIRS * PRIOR_SCATTER * PRIOR_SCATTER;
    double xy = xx;
    for (int candidate : both) {
      xx += (below.get(candidate) - x) * (below.get(candidate) - x);
      xy += (below.get(candidate) - x) * (above.get(candidate) - y);
    }
    double slope = xy / xx;
    double squares = PRIOR_PAIRS * PRIOR_SCATTER * PRIOR_SCATTER;
    for (int candidate : both) {
      double residual = above.get(candidate) - y - slope * (below.get(candidate) - x);
      squares += residual * residual;
    }
    return new Step(x, y, slope, squares / (PRIOR_PAIRS + both.size()));
  }

  /**
   * Returns what a score lets expect at the top rung.
   *
   * @param rung where it was had
   * @param score above 0
   * @param variance of the score itself, in its squared units
   */
  public Expected expected(int rung, double score, double variance) {
    if (rung == steps.size()) {
      return new Expected(score, variance);
    }
    double log = Math.log(score);
    double logVariance = variance / (score * score);
    for (Step step : steps.subList(rung, steps.size())) {
      log = step.meanAbove() + step.slope() * (log - step.meanBelow());
      logVariance = step.slope() * step.slope() * logVariance + step.variance();
    }
    double expected = Math.exp(log);
    return new Expected(expected, logVariance * expected * expected);
  }
}
