package org.edm2search.bench.strategies;

import java.util.List;

/**
 * What training an architecture from one seed showed, at each rung from the lowest.
 *
 * @param trainingFlops spent on training up to the rung, in all
 * @param losses held-out denoising loss
 * @param lossFlops spent on knowing it
 * @param scores Fréchet distance, of the first block of samples
 * @param deviations its standard deviation with other samples
 * @param scoreFlops spent on knowing it
 * @param again Fréchet distance of a second block of samples, at the top; NaN where there is none
 */
record Outcome(
    List<Double> trainingFlops,
    List<Double> losses,
    List<Double> lossFlops,
    List<Double> scores,
    List<Double> deviations,
    List<Double> scoreFlops,
    double again) {

  Outcome {
    trainingFlops = List.copyOf(trainingFlops);
    losses = List.copyOf(losses);
    lossFlops = List.copyOf(lossFlops);
    scores = List.copyOf(scores);
    deviations = List.copyOf(deviations);
    scoreFlops = List.copyOf(scoreFlops);
  }

  int top() {
    return scores.size() - 1;
  }

  /** What a full training and its score take. */
  double fullFlops() {
    return trainingFlops.get(top()) + scoreFlops.get(top());
  }
}
