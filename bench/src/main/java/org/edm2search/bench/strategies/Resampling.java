package org.edm2search.bench.strategies;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Statistics of runs with intervals by bootstrap over architectures: runs that recommend one
 * architecture are one piece of evidence about it, not many. So architectures are drawn anew, and a
 * run weighs as often as the one it recommends was drawn.
 */
final class Resampling {

  private static final int REPLICATES = 1_000;

  /** A number with its 95 % interval. */
  record Interval(double value, double low, double high) {}

  private final Map<String, Integer> index = new HashMap<>();

  /**
   * Considers the architectures that these recommend.
   *
   * @param curves at least one
   */
  Resampling(Stream<Curves> curves) {
    curves
        .flatMap(played -> played.recommended().stream())
        .flatMap(Arrays::stream)
        .distinct()
        .sorted()
        .forEach(id -> index.put(id, index.size()));
  }

  /** A statistic, given how often each architecture was drawn. */
  interface Statistic {
    double of(int[] drawn);
  }

  /** Returns the statistic of all, and the interval of it over redrawn ones. */
  Interval interval(Statistic statistic) {
    SplittableRandom random = new SplittableRandom(1);
    double[] values =
        IntStream.range(0, REPLICATES)
            .mapToDouble(
                replicate -> {
                  int[] drawn = new int[index.size()];
                  for (int i = 0; i < drawn.length; i++) {
                    drawn[random.nextInt(drawn.length)]++;
                  }
                  return statistic.of(drawn);
                })
            .filter(value -> !Double.isNaN(value))
            .sorted()
            .toArray();
    int[] once = new int[index.size()];
    Arrays.fill(once, 1);
    return new Interval(
        statistic.of(once),
        values[(int) (0.025 * values.length)],
        values[(int) Math.ceil(0.975 * values.length) - 1]);
  }

  /** Regret of each run at a step, in ascending order, with the architecture that weighs it. */
  private record Ranked(double[] regret, int[] architecture) {

    /** Returns the weighted mean; NaN if none was drawn. */
    double mean(int[] drawn) {
      double sum = 0;
      double total = 0;
      for (int i = 0; i < regret.length; i++) {
        sum += drawn[architecture[i]] * regret[i];
        total += drawn[architecture[i]];
      }
      return sum / total;
    }

    /** Returns the weighted median; NaN if none was drawn. */
    double median(int[] drawn) {
      long total = 0;
      for (int one : architecture) {
        total += drawn[one];
      }
      long below = 0;
      for (int i = 0; i < regret.length; i++) {
        below += drawn[architecture[i]];
        if (2 * below >= total && total > 0) {
          return regret[i];
        }
      }
      return Double.NaN;
    }
  }

  private Ranked ranked(Curves played, int point) {
    List<Integer> order =
        IntStream.range(0, played.runs().size())
            .boxed()
            .sorted(Comparator.comparingDouble(run -> played.runs().get(run)[point]))
            .toList();
    return new Ranked(
        order.stream().mapToDouble(run -> played.runs().get(run)[point]).toArray(),
        order.stream()
            .mapToInt(run -> index.getOrDefault(played.recommended().get(run)[point], 0))
            .toArray());
  }

  /** Returns the mean final regret. */
  Interval regret(Curves played) {
    return interval(ranked(played, Curves.POINTS - 1)::mean);
  }

  /** Returns the mean final regret minus that of a baseline. */
  Interval difference(Curves played, Curves base) {
    Ranked own = ranked(played, Curves.POINTS - 1);
    Ranked other = ranked(base, Curves.POINTS - 1);
    return interval(drawn -> own.mean(drawn) - other.mean(drawn));
  }

  /**
   * Returns the share of the budget after which the median regret is at most a baseline's final
   * one; infinite if never.
   */
  Interval share(Curves played, Curves base) {
    Ranked target = ranked(base, Curves.POINTS - 1);
    List<Ranked> points = new ArrayList<>();
    for (int point = 0; point < Curves.POINTS; point++) {
      points.add(ranked(played, point));
    }
    return interval(
        drawn -> {
          double least = target.median(drawn);
          for (int point = 0; point < points.size(); point++) {
            if (points.get(point).median(drawn) <= least) {
              return (point + 1.0) / Curves.POINTS;
            }
          }
          return Double.isNaN(least) ? Double.NaN : Double.POSITIVE_INFINITY;
        });
  }
}
