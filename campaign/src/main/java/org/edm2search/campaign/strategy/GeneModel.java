package org.edm2search.campaign.strategy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.edm2search.campaign.statistics.Run;
import org.edm2search.campaign.statistics.ScoreModel;
import org.edm2search.campaign.statistics.ScoreScale;
import org.edm2search.campaign.strategy.GaussianProcess.Belief;
import org.edm2search.campaign.strategy.GaussianProcess.Place;
import org.edm2search.campaign.strategy.GaussianProcess.Point;
import org.edm2search.space.Gene;
import org.edm2search.space.Genotype;
import org.edm2search.space.Locus;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.cost.Expense;

/**
 * What all scores together say of each genotype: a Gaussian process over {@link CategoricalKernel}.
 * Scores are modelled on {@link ScoreScale} and standardized. Their noise is that of their samples
 * and the scatter between trainings, which is estimated from all of them ({@link ScoreModel}). Of
 * many architectures the best half and the latest half of {@value #MOST_POINTS} are used, so that a
 * fit takes about the same time however many trials there are.
 */
final class GeneModel {

  private static final int MOST_POINTS = 400;
  private static final int MOST_FOR_KERNEL = 80;
  private static final double LEAST_DEVIATION = 1e-3;

  /** Costs that differ by less are not told apart much. */
  private static final double LEAST_COST_DEVIATION = 0.1;

  /**
   * An architecture with its trainings.
   *
   * @param runs at least one
   */
  record Scored(Genotype genotype, List<Run> runs) {

    Scored {
      runs = List.copyOf(runs);
    }

    /** Returns the mean score. */
    double score() {
      return runs.stream().mapToDouble(Run::score).average().orElseThrow();
    }
  }

  private final ScoreScale scores;
  private final double training;
  private final SearchSpace space;
  private final double costCenter;
  private final double costScale;
  private final double center;
  private final double scale;
  private final int[] geneOfLocus;
  private final CategoricalKernel kernel;
  private final List<Point> data;
  private final GaussianProcess process;

  private GeneModel(SearchSpace space, List<Scored> scored, Optional<CategoricalKernel> known) {
    this.scores = ScoreScale.of(scored.stream().flatMap(one -> one.runs().stream()).toList());
    this.training = ScoreModel.DEFAULT.betweenTrainings(scored.stream().map(Scored::runs).toList());
    double[] values = scored.stream().mapToDouble(one -> mean(one).value()).toArray();
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
    this.space = space;
    List<Scored> modelled = used(scored);
    double[] logCosts = modelled.stream().mapToDouble(one -> logCost(one.genotype())).toArray();
    this.costCenter = Arrays.stream(logCosts).average().orElseThrow();
    this.costScale =
        Math.max(
            LEAST_COST_DEVIATION,
            Math.sqrt(
                Arrays.stream(logCosts)
                    .map(c -> Math.pow(c - costCenter, 2))
                    .average()
                    .orElseThrow()));
    List<Gene> genes = space.genes();
    this.geneOfLocus = space.loci().stream().map(Locus::gene).mapToInt(genes::indexOf).toArray();
    this.data = modelled.stream().map(this::point).toList();
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

  /** A mean of runs on the scale of scores, with its variance. */
  private record Mean(double value, double variance) {}

  /** Weighs each run by its precision: it scatters between trainings, and with its samples. */
  private Mean mean(Scored one) {
    double precision = 0;
    double sum = 0;
    for (Run run : one.runs()) {
      double sampling = scores.deviation(run);
      double weight = 1 / (training * training + sampling * sampling);
      precision += weight;
      sum += weight * scores.value(run);
    }
    return new Mean(sum / precision, 1 / precision);
  }

  private Point point(Scored one) {
    Mean mean = mean(one);
    return new Point(
        place(one.genotype()), (mean.value() - center) / scale, mean.variance() / (scale * scale));
  }

  private double logCost(Genotype genotype) {
    return Math.log(space.expense(genotype, Expense.FLOPS));
  }

  /** Returns where the Gaussian process has a genotype. */
  Place place(Genotype genotype) {
    return new Place(genotype.alleles(), (logCost(genotype) - costCenter) / costScale);
  }

  CategoricalKernel kernel() {
    return kernel;
  }

  /** Returns the posterior mean of a genotype's standardized score; lower is better. */
  double mean(Genotype genotype) {
    return process.mean(place(genotype));
  }

  /** Returns what is believed of a genotype's standardized noiseless score. */
  Belief belief(Genotype genotype) {
    return process.belief(place(genotype));
  }

  /** Returns the posterior mean of a genotype's score, in the score's unit. */
  double score(Genotype genotype) {
    return scores.score(center + scale * mean(genotype));
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
      points.add(new Point(place(genotype), mean(genotype), LEAST_DEVIATION));
    }
    return new GaussianProcess(kernel, geneOfLocus, points);
  }
}
