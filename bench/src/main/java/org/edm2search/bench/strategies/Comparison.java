package org.edm2search.bench.strategies;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;
import org.edm2search.bench.strategies.Resampling.Interval;

/**
 * Contenders compared with a baseline, run by run.
 *
 * <p>Intervals are by {@link Resampling}. The p-values are of Wilcoxon's signed-rank test over
 * runs, corrected by Holm's method; they speak of this table alone, and any difference becomes
 * significant with enough runs.
 */
final class Comparison {

  /**
   * A contender against the baseline.
   *
   * @param regret final regret
   * @param difference final regret minus the baseline's
   * @param p Holm-corrected; 1 for the baseline
   * @param share of the budget after which its median regret is the baseline's final one
   */
  record Standing(
      Contender contender, Interval regret, Interval difference, double p, Interval share) {}

  private Comparison() {}

  /** Returns the standings, the lowest mean regret first. */
  static List<Standing> of(Map<Contender, Curves> curves, Contender baseline) {
    Curves base = Objects.requireNonNull(curves.get(baseline));
    Resampling resampling = new Resampling(curves.values().stream());
    Map<Contender, Double> corrected = holm(raw(curves, base, baseline));
    List<Standing> standings = new ArrayList<>();
    curves.forEach(
        (contender, played) ->
            standings.add(
                new Standing(
                    contender,
                    resampling.regret(played),
                    resampling.difference(played, base),
                    corrected.getOrDefault(contender, 1.0),
                    resampling.share(played, base))));
    standings.sort(Comparator.comparingDouble(standing -> standing.regret().value()));
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

  /** Equal pairs say nothing and are left out, as Wilcoxon did (1945). */
  static double wilcoxon(double[] one, double[] other) {
    double[] differences =
        IntStream.range(0, one.length)
            .mapToDouble(run -> one[run] - other[run])
            .filter(difference -> difference != 0)
            .toArray();
    return differences.length == 0
        ? 1
        : WilcoxonSignedRankTest.withDefaults().test(differences).getPValue();
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
}
