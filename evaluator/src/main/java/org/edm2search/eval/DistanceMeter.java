package org.edm2search.eval;

import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.edm2search.eval.fid.DensityCoverage;
import org.edm2search.eval.fid.Estimate;
import org.edm2search.eval.fid.FeatureStatistics;
import org.edm2search.eval.fid.FrechetDistance;
import org.edm2search.eval.fid.KernelDistance;
import org.edm2search.eval.fid.PrincipalAxes;

/** Measures features of samples against a reference, every way there is. */
public final class DistanceMeter {

  private static final int RESAMPLES = 100;

  /** Beyond this, a single full distance takes seconds, and a hundred are not worth it. */
  private static final int MOST_RESAMPLED_FEATURES = 256;

  private final FeatureStatistics reference;
  private final double[][] realRows;
  private final PrincipalAxes axes;
  private final KernelDistance kernelDistance;

  /**
   * Prepares a reference.
   *
   * @param reference statistics of all real images
   * @param realRows features of some of them, [n, d], for what cannot be told from statistics
   */
  public DistanceMeter(FeatureStatistics reference, double[][] realRows) {
    this.reference = reference;
    this.realRows = realRows.clone();
    axes = new PrincipalAxes(reference, Math.min(Objective.AXES, reference.dimensions()));
    kernelDistance = new KernelDistance(realRows);
  }

  /**
   * Returns all distances of samples, with the standard deviation from a bootstrap over the samples
   * (of the kernel distance: from the samples' influence on it). The Fréchet distance of more than
   * {@value #MOST_RESAMPLED_FEATURES} features comes without.
   *
   * @param rows features of the samples, [n, d]
   * @param seed of the bootstrap
   */
  public Map<Objective, Estimate> distances(double[][] rows, long seed) {
    Map<Objective, Estimate> distances = new EnumMap<>(Objective.class);
    double[][] projected = axes.project(rows);
    distances.put(
        Objective.FD_PCA,
        new Estimate(
            FrechetDistance.between(projected, axes.reference()),
            bootstrap(projected, axes.reference(), seed)));
    boolean cheap = reference.dimensions() <= MOST_RESAMPLED_FEATURES;
    distances.put(
        Objective.FD,
        new Estimate(
            FrechetDistance.between(rows, reference),
            cheap ? bootstrap(rows, reference, seed) : Double.NaN));
    distances.put(Objective.KID, kernelDistance.of(rows));
    return distances;
  }

  /** Returns density and coverage of samples among as many real images. */
  public DensityCoverage densityCoverage(double[][] rows) {
    int count = Math.min(rows.length, realRows.length);
    return DensityCoverage.of(
        java.util.Arrays.copyOf(rows, count), java.util.Arrays.copyOf(realRows, count));
  }

  private static double bootstrap(double[][] rows, FeatureStatistics reference, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double sum = 0;
    double squares = 0;
    for (int resample = 0; resample < RESAMPLES; resample++) {
      double[][] drawn = new double[rows.length][];
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] = rows[random.nextInt(rows.length)];
      }
      double distance = FrechetDistance.between(drawn, reference);
      sum += distance;
      squares += distance * distance;
    }
    double mean = sum / RESAMPLES;
    return Math.sqrt(Math.max(0, squares / RESAMPLES - mean * mean));
  }
}
