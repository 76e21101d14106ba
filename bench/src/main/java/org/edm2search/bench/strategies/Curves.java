package org.edm2search.bench.strategies;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What one contender's runs came to: regret over the share of the budget that was spent.
 *
 * @param runs regret of each run at each of {@link #POINTS} equal steps of the budget
 * @param recommended what each run recommended then; empty before it scored anything
 */
record Curves(List<double[]> runs, List<String[]> recommended) {

  static final int POINTS = 60;

  Curves {
    runs = List.copyOf(runs);
    recommended = List.copyOf(recommended);
  }

  /** Plays every world once; before anything is scored the recommendation is an arbitrary one. */
  static Curves play(Contender contender, List<World> worlds) {
    List<double[]> runs = new ArrayList<>();
    List<String[]> all = new ArrayList<>();
    for (int run = 0; run < worlds.size(); run++) {
      World world = worlds.get(run);
      List<Account.Step> steps = contender.play(world, run).steps();
      double[] regrets = new double[POINTS];
      String[] recommended = new String[POINTS];
      String best = "";
      double regret = arbitrary(world.regret());
      int next = 0;
      for (int point = 0; point < POINTS; point++) {
        while (next < steps.size() && steps.get(next).spent() <= (point + 1.0) / POINTS) {
          best = steps.get(next++).architecture();
          regret = world.regret().getOrDefault(best, regret);
        }
        regrets[point] = regret;
        recommended[point] = best;
      }
      runs.add(regrets);
      all.add(recommended);
    }
    return new Curves(runs, all);
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

  @Override
  public boolean equals(Object other) {
    return other instanceof Curves curves
        && Arrays.deepEquals(recommended.toArray(), curves.recommended.toArray())
        && Arrays.deepEquals(runs.toArray(), curves.runs.toArray());
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(recommended.toArray());
  }
}
