package org.edm2search.campaign.strategy;

import java.util.List;
import java.util.function.UnaryOperator;
import org.edm2search.campaign.strategy.GaussianProcess.Point;

/**
 * Chooses a kernel by marginal likelihood on a grid, one hyper-parameter after the other. Weak
 * priors keep it in place while there are few points: each step away from the middle of a grid
 * costs {@value #STEP_PENALTY} of log likelihood.
 */
final class KernelSearch {

  private static final double STEP_PENALTY = 0.3;
  private static final double[] AMPLITUDES = {0.5, 0.7, 1, 1.4, 2};
  private static final double[] ADDITIVE = {0, 0.25, 0.5, 0.75, 1};
  private static final double[] LENGTHS = {0.1, 0.3, 1};
  private static final double[] COSTS = {0, 0.3, 1, 2};
  private static final double[] NOISE = {0.5, 1, 2, 4};
  private static final double[] WEIGHTS = {0.1, 0.3, 1, 3, 10};

  private final int[] geneOfLocus;
  private final List<Point> data;
  private CategoricalKernel best;
  private double likelihood;

  private KernelSearch(int[] geneOfLocus, int genes, List<Point> data) {
    this.geneOfLocus = geneOfLocus;
    this.data = data;
    this.best = CategoricalKernel.initial(genes);
    this.likelihood = likelihood(best);
  }

  /**
   * Returns the kernel that explains the data best.
   *
   * @param geneOfLocus index of each locus' gene
   */
  static CategoricalKernel of(int[] geneOfLocus, int genes, List<Point> data) {
    KernelSearch search = new KernelSearch(geneOfLocus, genes, data);
    if (data.size() > 1) {
      search.sweep();
    }
    return search.best;
  }

  private void sweep() {
    for (double value : AMPLITUDES) {
      improve(
          k ->
              new CategoricalKernel(
                  value, k.additive(), k.length(), k.cost(), k.noise(), k.weights()));
    }
    for (double value : ADDITIVE) {
      improve(
          k ->
              new CategoricalKernel(
                  k.amplitude(), value, k.length(), k.cost(), k.noise(), k.weights()));
    }
    for (double value : LENGTHS) {
      improve(
          k ->
              new CategoricalKernel(
                  k.amplitude(), k.additive(), value, k.cost(), k.noise(), k.weights()));
    }
    for (double value : COSTS) {
      improve(
          k ->
              new CategoricalKernel(
                  k.amplitude(), k.additive(), k.length(), value, k.noise(), k.weights()));
    }
    for (double value : NOISE) {
      improve(
          k ->
              new CategoricalKernel(
                  k.amplitude(), k.additive(), k.length(), k.cost(), value, k.weights()));
    }
    for (int index = 0; index < best.weights().size(); index++) {
      int gene = index;
      for (double value : WEIGHTS) {
        improve(k -> k.withWeight(gene, value));
      }
    }
  }

  private void improve(UnaryOperator<CategoricalKernel> change) {
    CategoricalKernel changed = change.apply(best);
    if (!changed.equals(best)) {
      double reached = likelihood(changed);
      if (reached > likelihood) {
        best = changed;
        likelihood = reached;
      }
    }
  }

  private double likelihood(CategoricalKernel kernel) {
    double steps =
        steps(kernel.amplitude(), 1, 1.4)
            + steps(kernel.noise(), 1, 2)
            + steps(kernel.length(), 0.3, 3);
    for (double weight : kernel.weights()) {
      steps += steps(weight, 1, 3);
    }
    return new GaussianProcess(kernel, geneOfLocus, data).logLikelihood() - STEP_PENALTY * steps;
  }

  /** How many factors of a base a value is away from a middle. */
  private static double steps(double value, double middle, double base) {
    return Math.abs(Math.log(value / middle) / Math.log(base));
  }
}
