package org.edm2search.dashboard.view;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Points of a campaign's plots.
 *
 * @param scoreName label of the score axis
 * @param costName what is weighed against the score, with its unit
 * @param points every scored trial, by number
 * @param front trials on the Pareto front, cheapest first
 */
public record ChartView(
    String scoreName, String costName, List<Point> points, List<Integer> front) {

  public ChartView {
    points = List.copyOf(points);
    front = List.copyOf(front);
  }

  /**
   * One scored trial.
   *
   * @param trial its number
   * @param cost how much the network takes of what is weighed against the score; empty if not known
   * @param multiplyAdds per image and network evaluation
   * @param score lower is better
   * @param standing what the scores say about its architecture
   * @param parameters of the network
   * @param seed whether this is the seed architecture
   */
  public record Point(
      int trial,
      OptionalDouble cost,
      long multiplyAdds,
      double score,
      StandingView standing,
      long parameters,
      boolean seed) {}
}
