package org.edm2search.eval;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.edm2search.eval.fid.DensityCoverage;
import org.edm2search.eval.fid.Estimate;
import org.edm2search.eval.fid.FeatureStatistics;
import org.edm2search.eval.fid.FrechetDistance;
import org.edm2search.eval.fid.KernelDistance;
import org.edm2search.eval.fid.PrincipalAxes;

/** Measures features of samples against a reference, every way there is. */
public final class DistanceMeter {

  private final FrechetDistance whole;
  private final FrechetDistance principal;
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
    whole = new FrechetDistance(reference);
    this.realRows = realRows.clone();
    axes = whole.principalAxes(Math.min(Distance.AXES, reference.dimensions()));
    principal = new FrechetDistance(axes.reference());
    kernelDistance = new KernelDistance(realRows);
  }

  /**
   * Returns all distances of samples, with their standard deviations over draws of the samples.
   *
   * @param rows features of the samples, [n, d]
   * @param seed of the bootstrap
   */
  public Map<Distance, Estimate> distances(double[][] rows, long seed) {
    Map<Distance, Estimate> distances = new EnumMap<>(Distance.class);
    distances.put(Distance.FD_PCA, principal.estimate(axes.project(rows), seed));
    distances.put(Distance.FD, whole.estimate(rows, seed));
    distances.put(Distance.KID, kernelDistance.of(rows));
    return distances;
  }

  /** Returns density and coverage of samples among as many real images. */
  public DensityCoverage densityCoverage(double[][] rows) {
    int count = Math.min(rows.length, realRows.length);
    return DensityCoverage.of(Arrays.copyOf(rows, count), Arrays.copyOf(realRows, count));
  }
}
