package org.edm2search.bench.strategies;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What one contender's runs came to: regret over the share of the budget that was spent.
 *
 * @param runs regret of each run at each of {@link #POINTS} equal steps of the budget
 * @param finals what each run recommended at the end; empty if it scored nothing
 */
record Curves(List<double[]> runs, List<String> finals) {

  static final int POINTS = 60;

  Curves {
    runs = List.copyOf(runs);
    finals = List.copyOf(finals);
  }

  /** Plays every world once; before anything is scored the recommendation is an arbitrary one. */
  static Curves play(Contender contender, List<World> worlds) {
    List<double[]> runs = new ArrayList<>();
    List<String> finals = new ArrayList<>();
    for (int run = 0; run < worlds.size(); run++) {
      World world = worlds.get(run);
      List<Account.Step> steps = contender.play(world, run).steps();
      double[] regrets = new double[POINTS];
      String recommended = "";
      double regret = arbitrary(world.regret());
      int next = 0;
      for (int point = 0; point < POINTS; point++) {
        while (next < steps.size() && steps.get(next).spent() <= (point + 1.0) / POINTS) {
          recommended = steps.get(next++).architecture();
          regret = world.regret().getOrDefault(recommended, regret);
        }
        regrets[point] = regret;
      }
      runs.add(regrets);
      finals.add(recommended);
    }
    return new Curves(runs, finals);
  }

  private static double arbitrary(Map<String, Double> regret) {
    return regret.values().stream().mapToDouble(Double::doubleValue).sorted().average().orElse(0);
  }

  /** Returns the final regret of each run. */
  double[] last() {
    return runs.stream().mapToDouble(run -> run[POINTS - 1]).toArray();
  }

  /** Returns the mean over the runs at each step. */
  double[] mean() {
    double[] mean = new double[POINTS];
    for (double[] run : runs) {
      for (int point = 0; point < POINTS; point++) {
        mean[point] += run[point] / runs.size();
      }
    }
    return mean;
  }

  /** Returns the median over the runs at a step. */
  double median(int point) {
    double[] sorted = runs.stream().mapToDouble(run -> run[point]).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Returns the share of the budget after which the median is at most this; above 1 if never. */
  double shareUntil(double median) {
    for (int point = 0; point < POINTS; point++) {
      if (median(point) <= median) {
        return (point + 1.0) / POINTS;
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Curves curves
        && finals.equals(curves.finals)
        && Arrays.deepEquals(runs.toArray(), curves.runs.toArray());
  }

  @Override
  public int hashCode() {
    return finals.hashCode();
  }
}
