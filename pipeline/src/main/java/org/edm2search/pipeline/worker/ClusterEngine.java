package org.edm2search.pipeline.worker;

import java.util.ServiceLoader;
import org.edm2search.campaign.TrialExecutor;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.pipeline.trial.FeatureFiles;
import org.edm2search.space.base.Edm2SearchException;

/**
 * Runs trials on many machines. The module that brings the cluster's libraries provides it as a
 * service ({@link ServiceLoader}); without that module campaigns run on one machine.
 */
public interface ClusterEngine {

  /**
   * Connects to the cluster that the campaign's {@code executor} section names.
   *
   * @param settings whose executor has a cluster
   * @param features files of features that do not come with the program; all machines see them
   * @throws Edm2SearchException if the cluster cannot be reached
   */
  TrialExecutor executor(CampaignSettings settings, FeatureFiles features);

  /**
   * Returns the engine there is.
   *
   * @throws Edm2SearchException saying how to get one
   */
  static ClusterEngine find() {
    return ServiceLoader.load(ClusterEngine.class)
        .findFirst()
        .orElseThrow(
            () ->
                new Edm2SearchException(
                    "executor.kind is spark, but Spark is not part of this installation; start the"
                        + " program from its source tree once with EDM2_SEARCH_SPARK=yes in the"
                        + " environment, which builds it in (140 MB)"));
  }
}
