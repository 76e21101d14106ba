package org.edm2search.bench.strategies;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;

/**
 * Contenders compared with a baseline, run by run.
 *
 * <p>Intervals are by bootstrap over architectures: runs that recommend one architecture are one
 * piece of evidence about it, not many, so architectures are drawn anew, with the runs that ended
 * at them. The p-values are of Wilcoxon's signed-rank test over runs, corrected by Holm's method;
 * they speak of this table alone, and any difference becomes significant with enough runs.
 */
final class Comparison {

  private static final int REPLICATES = 2_000;

  /** A mean with its 95 % interval. */
  record Interval(double mean, double low, double high) {}

  /**
   * A contender against the baseline.
   *
   * @param regret final regret
   * @param difference final regret minus the baseline's
   * @param p Holm-corrected; 1 for the baseline
   * @param share of the budget after which its median regret is the baseline's final one
   */
  record Standing(
      Contender contender, Interval regret, Interval difference, double p, double share) {}

  private Comparison() {}

  /** Returns the standings, the lowest mean regret first. */
  static List<Standing> of(Map<Contender, Curves> curves, Contender baseline) {
    Curves base = Objects.requireNonNull(curves.get(baseline));
    List<Standing> standings = new ArrayList<>();
    Map<Contender, Double> corrected = holm(raw(curves, base, baseline));
    double target = base.median(Curves.POINTS - 1);
    curves.forEach(
        (contender, played) ->
            standings.add(
                new Standing(
                    contender,
                    interval(played, Optional.empty()),
                    interval(played, Optional.of(base)),
                    corrected.getOrDefault(contender, 1.0),
                    played.shareUntil(target))));
    standings.sort(Comparator.comparingDouble(standing -> standing.regret().mean()));
    return standings;
  }

  private static Map<Contender, Double> raw(
      Map<Contender, Curves> curves, Curves base, Contender baseline) {
    Map<Contender, Double> raw = new HashMap<>();
    curves.forEach(
        (contender, played) -> {
          if (contender != baseline) {
            raw.put(contender, wilcoxon(played.last(), base.last()));
          }
        });
    return raw;
  }

  static double wilcoxon(double[] one, double[] other) {
    return Arrays.equals(one, other)
        ? 1
        : WilcoxonSignedRankTest.withDefaults().test(one, other).getPValue();
  }

  /** Holm's step-down correction (1979): the i-th smallest of m is multiplied by m − i + 1. */
  static <K> Map<K, Double> holm(Map<K, Double> raw) {
    List<Map.Entry<K, Double>> ascending = new ArrayList<>(raw.entrySet());
    ascending.sort(Map.Entry.comparingByValue());
    Map<K, Double> corrected = new HashMap<>();
    double least = 0;
    for (int i = 0; i < ascending.size(); i++) {
      least = Math.max(least, Math.min(1, (ascending.size() - i) * ascending.get(i).getValue()));
      corrected.put(ascending.get(i).getKey(), least);
    }
    return corrected;
  }

  private static Interval interval(Curves played, Optional<Curves> base) {
    List<String> architectures =
        Stream.concat(
                played.finals().stream(), base.stream().flatMap(other -> other.finals().stream()))
            .distinct()
            .sorted()
            .toList();
    Map<String, Integer> index = new HashMap<>();
    architectures.forEach(id -> index.put(id, index.size()));
    SplittableRandom random = new SplittableRandom(1);
    double[] means = new double[REPLICATES];
    for (int replicate = 0; replicate < REPLICATES; replicate++) {
      int[] weights = new int[architectures.size()];
      for (int draw = 0; draw < weights.length; draw++) {
        weights[random.nextInt(weights.length)]++;
      }
      means[replicate] =
          mean(played, index, weights) - base.map(other -> mean(other, index, weights)).orElse(0.0);
    }
    Arrays.sort(means);
    int[] all = new int[architectures.size()];
    Arrays.fill(all, 1);
    double mean = mean(played, index, all) - base.map(other -> mean(other, index, all)).orElse(0.0);
    return new Interval(
        mean, means[(int) (0.025 * REPLICATES)], means[(int) (0.975 * REPLICATES) - 1]);
  }

  private static double mean(Curves played, Map<String, Integer> index, int[] weights) {
    double[] last = played.last();
    double sum = 0;
    double total = 0;
    for (int run = 0; run < last.length; run++) {
      int weight = weights[index.getOrDefault(played.finals().get(run), 0)];
      sum += weight * last[run];
      total += weight;
    }
    return total == 0 ? Arrays.stream(last).average().orElse(0) : sum / total;
  }
}
