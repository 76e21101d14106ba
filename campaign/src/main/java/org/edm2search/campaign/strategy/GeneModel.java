package org.edm2search.campaign.strategy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.edm2search.campaign.strategy.GaussianProcess.Belief;
import org.edm2search.campaign.strategy.GaussianProcess.Point;
import org.edm2search.space.Gene;
import org.edm2search.space.Genotype;
import org.edm2search.space.Locus;
import org.edm2search.space.SearchSpace;

/**
 * What all scores together say of each genotype: a Gaussian process over {@link CategoricalKernel}.
 * Scores above 0 are modelled as logarithms, because training noise is a share of the score; they
 * are standardized. Of many architectures the best half and the latest half of {@value
 * #MOST_POINTS} are used, so that a fit takes about the same time however many trials there are.
 */
final class GeneModel {

  private static final int MOST_POINTS = 400;
  private static final int MOST_FOR_KERNEL = 80;
  private static final double LEAST_DEVIATION = 1e-3;

  /**
   * An architecture with all its scores together.
   *
   * @param score mean of its scores, weighted by precision
   * @param variance of that mean
   */
  record Scored(Genotype genotype, double score, double variance) {

    private static final double LEAST_VARIANCE = 1e-12;

    /** Puts a network's scores together. */
    static Scored of(Genotype genotype, List<Observation> observations) {
      double precision = 0;
      double sum = 0;
      for (Observation one : observations) {
        double weight = 1 / Math.max(LEAST_VARIANCE, one.variance());
        precision += weight;
        sum += weight * one.score().orElseThrow();
      }
      return new Scored(genotype, sum / precision, 1 / precision);
    }
  }

  private final boolean logarithms;
  private final double center;
  private final double scale;
  private final int[] geneOfLocus;
  private final CategoricalKernel kernel;
  private final List<Point> data;
  private final GaussianProcess process;

  private GeneModel(SearchSpace space, List<Scored> scored, Optional<CategoricalKernel> known) {
    this.logarithms = scored.stream().allMatch(one -> one.score() > 0);
    double[] values = scored.stream().mapToDouble(this::value).toArray();
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    this.center = sum / values.length;
    double squares = 0;
    for (double value : values) {
      squares += (value - center) * (value - center);
    }
    this.scale = Math.max(LEAST_DEVIATION, Math.sqrt(squares / Math.max(1, values.length - 1)));
    List<Gene> genes = space.genes();
    this.geneOfLocus = space.loci().stream().map(Locus::gene).mapToInt(genes::indexOf).toArray();
    this.data = used(scored).stream().map(this::point).toList();
    this.kernel =
        known.orElseGet(
            () ->
                KernelSearch.of(
                    geneOfLocus,
                    genes.size(),
                    data.subList(Math.max(0, data.size() - MOST_FOR_KERNEL), data.size())));
    this.process = new GaussianProcess(kernel, geneOfLocus, data);
  }

  /** Fits kernel and values. There is at least one score. */
  static GeneModel fit(SearchSpace space, List<Scored> scored) {
    return new GeneModel(space, scored, Optional.empty());
  }

  /** Fits the values only. */
  static GeneModel fit(SearchSpace space, List<Scored> scored, CategoricalKernel kernel) {
    return new GeneModel(space, scored, Optional.of(kernel));
  }

  private static List<Scored> used(List<Scored> scored) {
    if (scored.size() <= MOST_POINTS) {
      return scored;
    }
    List<Scored> latest = scored.subList(scored.size() - MOST_POINTS / 2, scored.size());
    Set<Scored> chosen = new HashSet<>(latest);
    scored.stream()
        .sorted(Comparator.comparingDouble(Scored::score))
        .filter(one -> chosen.size() < MOST_POINTS)
        .forEach(chosen::add);
    return scored.stream().filter(chosen::contains).toList();
  }

  private double value(Scored one) {
    return logarithms ? Math.log(one.score()) : one.score();
  }

  private Point point(Scored one) {
    double deviation = logarithms ? one.score() : 1;
    return new Point(
        one.genotype().alleles(),
        (value(one) - center) / scale,
        one.variance() / (deviation * deviation * scale * scale));
  }

  CategoricalKernel kernel() {
    return kernel;
  }

  /** Returns the posterior mean of a genotype's standardized score; lower is better. */
  double mean(Genotype genotype) {
    return process.mean(genotype.alleles());
  }

  /** Returns what is believed of a genotype's standardized noiseless score. */
  Belief belief(Genotype genotype) {
    return process.belief(genotype.alleles());
  }

  /** Returns the posterior mean of a genotype's score, in the score's unit. */
  double score(Genotype genotype) {
    double value = center + scale * mean(genotype);
    return logarithms ? Math.exp(value) : value;
  }

  /**
   * Returns this model as if each of these had been observed where it is expected (the "kriging
   * believer" of Ginsbourger et al. 2010), so that what is being tried is not tried again beside
   * it.
   */
  GaussianProcess believing(List<Genotype> pending) {
    if (pending.isEmpty()) {
      return process;
    }
    List<Point> points = new ArrayList<>(data);
    for (Genotype genotype : pending) {
      points.add(new Point(genotype.alleles(), mean(genotype), LEAST_DEVIATION));
    }
    return new GaussianProcess(kernel, geneOfLocus, points);
  }
}
