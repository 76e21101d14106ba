package org.edm2search.campaign.analysis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.math3.distribution.FDistribution;

/** Tests pairs of loci for what a sum of effects leaves over. */
final class Interactions {

  private static final double LEAST_CELLS = 1;

  private final List<Sample> samples;
  private final AdditiveFit fit;
  private final double[] residuals;

  private record Tested(String first, String second, double share, double probability) {}

  Interactions(List<Sample> samples, AdditiveFit fit) {
    this.samples = samples;
    this.fit = fit;
    this.residuals = samples.stream().mapToDouble(fit::residual).toArray();
  }

  /**
   * Returns the pairs, the least probable by chance first.
   *
   * @param loci which
   */
  List<Interaction> of(List<String> loci) {
    List<Tested> tested = new ArrayList<>();
    List<int[]> alleles = loci.stream().map(this::alleles).toList();
    for (int i = 0; i < loci.size(); i++) {
      for (int j = 0; j < i; j++) {
        test(loci.get(j), loci.get(i), alleles.get(j), alleles.get(i), tested);
      }
    }
    tested.sort(
        Comparator.comparingDouble(Tested::probability)
            .thenComparing(Comparator.comparingDouble(Tested::share).reversed()));
    List<Interaction> pairs = new ArrayList<>();
    double before = 0;
    for (int i = 0; i < tested.size(); i++) {
      Tested one = tested.get(i);
      before = Math.max(before, Math.min(1, one.probability() * (tested.size() - i)));
      pairs.add(new Interaction(one.first(), one.second(), one.share(), before));
    }
    return pairs;
  }

  private int[] alleles(String locus) {
    List<String> values = fit.values(locus);
    return samples.stream()
        .mapToInt(sample -> values.indexOf(sample.genes().getOrDefault(locus, "")))
        .toArray();
  }

  private void test(String first, String second, int[] a, int[] b, List<Tested> tested) {
    int rows = fit.values(first).size();
    int columns = fit.values(second).size();
    double[][] sum = new double[rows][columns];
    int[][] count = new int[rows][columns];
    double all = 0;
    for (int i = 0; i < residuals.length; i++) {
      if (a[i] >= 0 && b[i] >= 0) {
        sum[a[i]][b[i]] += residuals[i];
        count[a[i]][b[i]]++;
      }
      all += residuals[i] * residuals[i];
    }
    double between = 0;
    int cells = 0;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        if (count[row][column] > 0) {
          double cell = sum[row][column] / count[row][column];
          double expected = rowMean(sum, count, row) + columnMean(sum, count, column);
          between += count[row][column] * (cell - expected) * (cell - expected);
          cells++;
        }
      }
    }
    double own = cells - rows - columns + 1;
    double rest = fit.degrees() - own;
    if (own < LEAST_CELLS || rest < 1 || all <= 0 || between >= all) {
      return;
    }
    double ratio = between / own / ((all - between) / rest);
    double chance = 1 - new FDistribution(null, own, rest).cumulativeProbability(ratio);
    // Of what lies between cells, so much is there by chance alone.
    double real = Math.max(0, between - own * (all - between) / rest);
    tested.add(new Tested(first, second, real / residuals.length, chance));
  }

  private static double rowMean(double[][] sum, int[][] count, int row) {
    double total = 0;
    int n = 0;
    for (int column = 0; column < sum[row].length; column++) {
      total += sum[row][column];
      n += count[row][column];
    }
    return n == 0 ? 0 : total / n;
  }

  private static double columnMean(double[][] sum, int[][] count, int column) {
    double total = 0;
    int n = 0;
    for (int row = 0; row < sum.length; row++) {
      total += sum[row][column];
      n += count[row][column];
    }
    return n == 0 ? 0 : total / n;
  }
}
