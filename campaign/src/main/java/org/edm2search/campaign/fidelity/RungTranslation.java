package org.edm2search.campaign.fidelity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Says what a score at a lower rung lets expect of the whole training, and how surely: a straight
 * line between the logarithms of neighbouring rungs, fitted to the candidates that were trained to
 * both, and the scatter around it. So a strategy learns from lower rungs as from noisier scores.
 *
 * <p>Rungs may be measured differently, such as by a loss below and a score at the top: what counts
 * is the spread of each. Promotion selects on the lower rung, which is what the line is drawn over,
 * so the selection does not bend it. Until pairs tell otherwise a correlation of {@value
 * #PRIOR_CORRELATION} is assumed, with the weight of {@value #PRIOR_PAIRS} pairs.
 */
public final class RungTranslation {

  private static final double PRIOR_CORRELATION = 0.7;
  private static final double PRIOR_PAIRS = 3;
  private static final double PRIOR_SPREAD = 0.2;
  private static final double LEAST_SPREAD = 1e-6;

  /**
   * What a score lets expect at the top.
   *
   * @param score the expectation
   * @param variance of the expectation, in squared units of the score
   */
  public record Expected(double score, double variance) {}

  /** The step to the next rung: y = meanAbove + slope · (x − meanBelow), in logarithms. */
  private record Step(
      double meanBelow, double meanAbove, double slope, double variance, double spreadAbove) {}

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
      scores.add(new TreeMap<>());
    }
    for (RungResult result : results) {
      if (!result.failed()) {
        scores.get(result.rung()).put(result.candidate(), Math.log(result.objectives().get(0)));
      }
    }
    Step before = new Step(0, 0, 1, 0, PRIOR_SPREAD);
    for (int rung = 0; rung + 1 < rungs; rung++) {
      before = step(before, scores.get(rung), scores.get(rung + 1));
      steps.add(before);
    }
  }

  /** Where nobody is yet, what the step before expects stands in. */
  private static Step step(Step before, Map<Integer, Double> below, Map<Integer, Double> above) {
    List<Integer> both = below.keySet().stream().filter(above::containsKey).sorted().toList();
    double spreadBelow = spread(below, before.spreadAbove());
    double spreadAbove = spread(above, spreadBelow);
    double x =
        below.isEmpty()
            ? before.meanAbove()
            : mean(below, both.isEmpty() ? List.copyOf(below.keySet()) : both);
    double y = both.isEmpty() ? x : mean(above, both);
    // The prior's pairs lie one spread beside the mean.
    double xx = PRIOR_PAIRS * spreadBelow * spreadBelow;
    double xy = PRIOR_PAIRS * PRIOR_CORRELATION * spreadBelow * spreadAbove;
    for (int candidate : both) {
      xx += (at(below, candidate) - x) * (at(below, candidate) - x);
      xy += (at(below, candidate) - x) * (at(above, candidate) - y);
    }
    double slope = xy / xx;
    double squares =
        PRIOR_PAIRS * (1 - PRIOR_CORRELATION * PRIOR_CORRELATION) * spreadAbove * spreadAbove;
    for (int candidate : both) {
      double residual = at(above, candidate) - y - slope * (at(below, candidate) - x);
      squares += residual * residual;
    }
    return new Step(x, y, slope, squares / (PRIOR_PAIRS + both.size()), spreadAbove);
  }

  private static double at(Map<Integer, Double> scores, int candidate) {
    return Objects.requireNonNull(scores.get(candidate));
  }

  private static double mean(Map<Integer, Double> scores, List<Integer> candidates) {
    return candidates.stream().mapToDouble(one -> at(scores, one)).average().orElse(0);
  }

  /** The standard deviation, where there are three or more. */
  private static double spread(Map<Integer, Double> scores, double otherwise) {
    if (scores.size() < 3) {
      return otherwise;
    }
    double mean = mean(scores, List.copyOf(scores.keySet()));
    double squares = 0;
    for (double score : scores.values()) {
      squares += (score - mean) * (score - mean);
    }
    return Math.max(LEAST_SPREAD, Math.sqrt(squares / (scores.size() - 1)));
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
