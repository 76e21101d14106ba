package org.edm2search.campaign.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The model behind every statement about which architecture is better: the logarithm of a run's
 * score is
 *
 * <pre>  typical score of the architecture + scatter of the training + scatter of the samples.
 * </pre>
 *
 * Both scatter with heavy tails, as measured scores do: most lie close together, a few far out.
 * Typical scores scatter around their median by Student's t of 2 degrees of freedom, on a scale
 * with a half-t prior (4 degrees of freedom), so that a single lucky run is drawn toward the
 * others, which takes the winner's curse away. Runs scatter around the typical score by Student's t
 * of 4 degrees of freedom: what is very far out is rather the architecture's doing than chance. The
 * square of their scale is the trainings' variance plus the run's sampling variance. Trainings of
 * bad architectures scatter more, as was measured: the scale grows with a power of the typical
 * score, and is the campaign's at the median of all. The trainings' variance has a
 * scaled-inverse-χ² prior, which speaks where no architecture was trained twice, and is learnt from
 * repeats where there are some.
 *
 * <p>Both scales are integrated over by quadrature and typical scores on a grid: no random numbers.
 * Time grows linearly with the runs. The numbers of the default prior were measured; see
 * docs/search.md.
 *
 * @param seedDeviation prior scale of the scatter between trainings at the median score, relative
 *     to the score
 * @param seedDegrees weight of that prior, in degrees of freedom
 * @param spread prior scale of the deviation of typical scores, relative to the score
 * @param growth power of the score that the scatter between trainings grows by, up to a factor e
 *     from the median
 */
public record ScoreModel(double seedDeviation, double seedDegrees, double spread, double growth) {

  /** The model that campaigns use. */
  public static final ScoreModel DEFAULT = new ScoreModel(0.15, 4, 0.3, 0.5);

  /** Architectures that the scales are learnt from, at most. */
  private static final int LEARNT_FROM = 300;

  /** Distances of grid points, for few and for many architectures. */
  private static final double FINE = 0.01;

  private static final double COARSE = 0.02;
  private static final int SEED_SCALES = 9;
  private static final int SPREADS = 9;
  private static final double SEED_RANGE = 1.6;
  private static final double SPREAD_RANGE = 2.2;
  private static final int KEPT = 40;
  private static final int KEPT_OF_MANY = 5;
  private static final double NEGLIGIBLE = 1e-3;

  public ScoreModel {
    if (!(seedDeviation > 0) || !(seedDegrees > 0) || !(spread > 0) || !(growth >= 0)) {
      throw new IllegalArgumentException(
          "a score model needs positive scales and degrees, but has "
              + seedDeviation
              + ", "
              + seedDegrees
              + " and "
              + spread);
    }
  }

  /** Two scales with the probability that they are the right ones. */
  record Scales(double seed, double spread, double logWeight) {}

  /**
   * Returns the standings of architectures.
   *
   * @param architectures runs of each, at least one
   * @param reference index of the architecture that the others are compared with
   */
  public Standings standings(List<List<Run>> architectures, int reference) {
    if (architectures.isEmpty() || architectures.stream().anyMatch(List::isEmpty)) {
      throw new IllegalArgumentException("every architecture needs at least one run");
    }
    ScoreScale scale = scale(architectures);
    List<Observations> all =
        architectures.parallelStream().map(r -> Observations.of(r, scale)).toList();
    ScoreGrid grid = grid(all, all.size() <= LEARNT_FROM ? FINE : COARSE);
    List<Scales> likely = likely(informative(all), grid, all.size());
    return new StandingsSum(all, grid, reference).over(likely).standings(scale);
  }

  /**
   * Returns the scale of the scatter between trainings of one architecture, relative to the score:
   * the posterior mean, or the prior's where no architecture was trained twice.
   *
   * @param architectures runs of each, at least one
   */
  public double betweenTrainings(List<List<Run>> architectures) {
    if (architectures.stream().noneMatch(runs -> runs.size() > 1)) {
      return seedDeviation;
    }
    ScoreScale scale = scale(architectures);
    List<Observations> from =
        informative(architectures.stream().map(r -> Observations.of(r, scale)).toList());
    double weights = 0;
    double sum = 0;
    for (Scales scales : likely(from, grid(from, COARSE), from.size())) {
      weights += Math.exp(scales.logWeight());
      sum += Math.exp(scales.logWeight()) * scales.seed();
    }
    return sum / weights;
  }

  private static ScoreScale scale(List<List<Run>> architectures) {
    return ScoreScale.of(architectures.stream().flatMap(List::stream).toList());
  }

  private ScoreGrid grid(List<Observations> all, double finest) {
    return ScoreGrid.of(all, median(all), finest, growth);
  }

  private static double median(List<Observations> all) {
    double[] means = all.stream().mapToDouble(Observations::mean).sorted().toArray();
    return (means[means.length / 2] + means[(means.length - 1) / 2]) / 2;
  }

  /** Returns what the scales are learnt from: the repeated ones first, then evenly the others. */
  private static List<Observations> informative(List<Observations> all) {
    if (all.size() <= LEARNT_FROM) {
      return all;
    }
    List<Observations> chosen =
        new ArrayList<>(all.stream().filter(o -> o.count() > 1).limit(LEARNT_FROM / 2).toList());
    List<Observations> single = all.stream().filter(o -> o.count() == 1).toList();
    int wanted = Math.min(single.size(), LEARNT_FROM - chosen.size());
    IntStream.range(0, wanted)
        .forEach(i -> chosen.add(single.get((int) ((long) i * single.size() / wanted))));
    return chosen;
  }

  private List<Scales> likely(List<Observations> from, ScoreGrid grid, int architectures) {
    List<double[]> priors =
        IntStream.range(0, SPREADS).mapToObj(j -> grid.prior(spread(j))).toList();
    List<Scales> scales =
        IntStream.range(0, SEED_SCALES)
            .parallel()
            .mapToObj(i -> scales(seed(i), from, grid, priors))
            .flatMap(List::stream)
            .sorted(Comparator.comparingDouble(Scales::logWeight).reversed())
            .toList();
    double most = scales.get(0).logWeight();
    return scales.stream()
        .map(s -> new Scales(s.seed(), s.spread(), s.logWeight() - most))
        .filter(s -> s.logWeight() > Math.log(NEGLIGIBLE))
        .limit(architectures <= LEARNT_FROM ? KEPT : KEPT_OF_MANY)
        .toList();
  }

  /** Weighs a scale between trainings with every scale of typical scores. */
  private List<Scales> scales(
      double seed, List<Observations> from, ScoreGrid grid, List<double[]> priors) {
    double[] variances = grid.seedVariances(seed);
    List<ScoreGrid.Likelihood> likelihoods =
        from.stream().map(o -> grid.likelihood(o, variances)).toList();
    List<Scales> scales = new ArrayList<>();
    for (int j = 0; j < SPREADS; j++) {
      double logWeight = logPrior(seed, spread(j));
      for (int a = 0; a < from.size(); a++) {
        logWeight += grid.logEvidence(from.get(a), likelihoods.get(a), priors.get(j));
      }
      scales.add(new Scales(seed, spread(j), logWeight));
    }
    return scales;
  }

  private double seed(int index) {
    return seedDeviation * Math.exp(SEED_RANGE * (2.0 * index / (SEED_SCALES - 1) - 1));
  }

  private double spread(int index) {
    return spread * Math.exp(SPREAD_RANGE * (2.0 * index / (SPREADS - 1) - 1));
  }

  /** Returns the log density of both scales, each in its logarithm, up to a constant. */
  private double logPrior(double seed, double deviation) {
    double ratio = seedDeviation / seed;
    double scaledInverseChiSquare = seedDegrees * Math.log(ratio) - seedDegrees * ratio * ratio / 2;
    double t = deviation / spread;
    double halfT = Math.log(t) - 2.5 * Math.log1p(t * t / 4);
    return scaledInverseChiSquare + halfT;
  }
}
