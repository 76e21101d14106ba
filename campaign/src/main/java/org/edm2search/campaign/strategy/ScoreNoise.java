package org.edm2search.campaign.strategy;

import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Trial;

/** How far a trial's score would scatter if the trial were done again with other seeds. */
@FunctionalInterface
public interface ScoreNoise {

  /**
   * Training again with another seed moves the score by 7.5 % (standard deviation within six
   * architectures of the quickstart, three seeds each), and drawing other samples moves it as
   * measured. What is assumed before a campaign has repeats of its own.
   */
  ScoreNoise PRIOR = relative(0.075);

  /** Returns the variance of a complete trial's score, in squared units of the score. */
  double variance(Trial complete);

  /**
   * Returns the noise of training as a share of the score, and the noise of sampling as measured.
   *
   * @param training standard deviation between training seeds, relative to the score
   */
  static ScoreNoise relative(double training) {
    return trial -> {
      double trained = training * trial.score().orElseThrow();
      double sampled = trial.measurement().orElseThrow().value(Quantity.SCORE_DEVIATION).orElse(0);
      return trained * trained + sampled * sampled;
    };
  }
}
