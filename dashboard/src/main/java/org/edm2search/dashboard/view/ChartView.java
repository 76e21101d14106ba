package org.edm2search.dashboard.view;

import java.util.List;

/**
 * Points of a campaign's plots.
 *
 * @param scoreName label of the score axis
 * @param points every scored trial, by number
 * @param front trials on the Pareto front, cheapest first
 */
public record ChartView(String scoreName, List<Point> points, List<Integer> front) {

  public ChartView {
    points = List.copyOf(points);
    front = List.copyOf(front);
  }

  /**
   * One scored trial.
   *
   * @param trial its number
   * @param multiplyAdds per image and network evaluation
   * @param score lower is better
   * @param standing what the scores say about its architecture
   * @param parameters of the network
   * @param seed whether this is the seed architecture
   */
  public record Point(
      int trial,
      long multiplyAdds,
      double score,
      StandingView standing,
      long parameters,
      boolean seed) {}
}
