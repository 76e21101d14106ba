package org.edm2search.campaign.strategy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.special.Erf;
import org.edm2search.campaign.strategy.GaussianProcess.Belief;
import org.edm2search.space.Genotype;

/**
 * How much better than what is known a candidate may be expected to be. What is known are posterior
 * means, not scores, because the best score is partly luck (Letham et al. 1706.07094).
 *
 * <p>With a second objective that is known beforehand, such as FLOPs, the expected improvement of
 * the dominated hypervolume has a closed form: a candidate of cost c adds, for each stretch of
 * costs above c on which the front's score is b, its length times the expected improvement on b.
 */
final class ExpectedImprovement {

  /** From a cost on, and to the next one, the front has this score. */
  private record Stretch(double from, double length, double score) {}

  private final List<Stretch> stretches;
  private final ToDoubleFunction<Genotype> cost;

  private ExpectedImprovement(List<Stretch> stretches, ToDoubleFunction<Genotype> cost) {
    this.stretches = stretches;
    this.cost = cost;
  }

  /**
   * Returns the improvement on the best.
   *
   * @param means standardized posterior mean of each known genotype, lower is better
   */
  static ExpectedImprovement ofBest(Map<Genotype, Double> means) {
    return new ExpectedImprovement(
        List.of(new Stretch(0, 1, Collections.min(means.values()))), genotype -> 0);
  }

  /**
   * Returns the improvement of the hypervolume up to the highest cost and the worst mean there are.
   *
   * @param cost known of each genotype
   * @param pool the candidates, whose costs set the scale too
   */
  static ExpectedImprovement ofFront(
      Map<Genotype, Double> means, ToDoubleFunction<Genotype> cost, Collection<Genotype> pool) {
    double most = 0;
    for (Genotype genotype : pool) {
      most = Math.max(most, cost.applyAsDouble(genotype));
    }
    List<Map.Entry<Genotype, Double>> cheapestFirst = new ArrayList<>(means.entrySet());
    for (Genotype genotype : means.keySet()) {
      most = Math.max(most, cost.applyAsDouble(genotype));
    }
    cheapestFirst.sort(Comparator.comparingDouble(entry -> cost.applyAsDouble(entry.getKey())));
    double top = 1.01 * most;
    double score = Collections.max(means.values());
    double from = 0;
    List<Stretch> stretches = new ArrayList<>();
    for (Map.Entry<Genotype, Double> known : cheapestFirst) {
      double mean = known.getValue();
      if (mean < score) {
        double at = cost.applyAsDouble(known.getKey()) / top;
        stretches.add(new Stretch(from, at - from, score));
        from = at;
        score = mean;
      }
    }
    stretches.add(new Stretch(from, 1 - from, score));
    return new ExpectedImprovement(stretches, genotype -> cost.applyAsDouble(genotype) / top);
  }

  /** Returns the expected improvement, at least 0. */
  double of(Genotype candidate, Belief belief) {
    double own = cost.applyAsDouble(candidate);
    double sum = 0;
    for (Stretch stretch : stretches) {
      double length = Math.min(stretch.length(), stretch.from() + stretch.length() - own);
      if (length > 0) {
        sum += length * below(stretch.score(), belief);
      }
    }
    return sum;
  }

  /** E max(bound − y, 0) for y normal: s (z Φ(z) + φ(z)), z = (bound − mean) / s. */
  private static double below(double bound, Belief belief) {
    double z = (bound - belief.mean()) / belief.deviation();
    double density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
    double share = 0.5 * Erf.erfc(-z / Math.sqrt(2));
    return Math.max(0, belief.deviation() * (z * share + density));
  }
}
