package org.edm2search.campaign.strategy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How alike two genotypes are, for a Gaussian process: k(x, y) = a² · [m · Σ u_l [x_l = y_l] + (1 −
 * m) · exp(−Σ u_l [x_l ≠ y_l] / ℓ)] + c² · exp(−(z_x − z_y)² / 2r²). The first term makes scores a
 * sum of effects of single genes, the second (a product of Hamming kernels) lets genes interact,
 * the third a smooth function of what the network costs, z: at equal FLOPs a cheaper network sees
 * more images, and that is known before anything is trained. All are positive semi-definite.
 *
 * @param amplitude a, standard deviation of standardized scores between architectures
 * @param additive m, share of the additive term
 * @param length ℓ, in shares of all (weighted) loci
 * @param cost c, standard deviation of what the cost explains
 * @param noise what the known noise variances are multiplied by
 * @param weights relative influence of each gene; u_l divides a gene's weight among its loci and
 *     sums to 1
 */
record CategoricalKernel(
    double amplitude,
    double additive,
    double length,
    double cost,
    double noise,
    List<Double> weights) {

  static final double INITIAL_COST = 1;

  /** r, in standard deviations of the logarithms of costs. */
  private static final double COST_RANGE = 2;

  CategoricalKernel {
    weights = List.copyOf(weights);
  }

  static CategoricalKernel initial(int genes) {
    return new CategoricalKernel(1, 0.5, 0.3, INITIAL_COST, 1, Collections.nCopies(genes, 1.0));
  }

  CategoricalKernel withWeight(int gene, double weight) {
    List<Double> changed = new ArrayList<>(weights);
    changed.set(gene, weight);
    return new CategoricalKernel(amplitude, additive, length, cost, noise, changed);
  }

  /**
   * Returns u_l.
   *
   * @param geneOfLocus index of each locus' gene
   */
  double[] shares(int[] geneOfLocus) {
    int[] loci = new int[weights.size()];
    double total = 0;
    for (int gene : geneOfLocus) {
      loci[gene]++;
    }
    for (int gene = 0; gene < loci.length; gene++) {
      total += loci[gene] > 0 ? weights.get(gene) : 0;
    }
    double[] shares = new double[geneOfLocus.length];
    for (int locus = 0; locus < shares.length; locus++) {
      shares[locus] = weights.get(geneOfLocus[locus]) / loci[geneOfLocus[locus]] / total;
    }
    return shares;
  }

  /**
   * Returns the covariance of two genotypes.
   *
   * @param costs distance of their costs
   */
  double covariance(int[] x, int[] y, double costs, double[] shares) {
    double different = 0;
    for (int locus = 0; locus < shares.length; locus++) {
      different += x[locus] == y[locus] ? 0 : shares[locus];
    }
    return amplitude
            * amplitude
            * (additive * (1 - different) + (1 - additive) * Math.exp(-different / length))
        + cost * cost * Math.exp(-0.5 * costs * costs / (COST_RANGE * COST_RANGE));
  }
}
