package org.edm2search.dashboard.view;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Points of a campaign's plots.
 *
 * @param scoreName label of the score axis
 * @param costName what is weighed against the score, with its unit
 * @param points scored trials, by number: all, or of very many those on the front, those that were
 *     the best when they came, and some of the others
 * @param scored how many were scored
 * @param front trials on the Pareto front, cheapest first
 */
public record ChartView(
    String scoreName, String costName, List<Point> points, int scored, List<Integer> front) {

  public ChartView {
    points = List.copyOf(points);
    front = List.copyOf(front);
  }

  /**
   * One scored trial; in JSON an array.
   *
   * @param trial its number
   * @param cost how much the network takes of what is weighed against the score; empty if not known
   * @param multiplyAdds per image and network evaluation
   * @param score what trials are ranked by, lower is better
   * @param low lower end of the typical score's 95 % interval
   * @param high upper end
   * @param parameters of the network
   * @param seed whether this is the seed architecture
   */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  @JsonPropertyOrder({
    "trial",
    "cost",
    "multiplyAdds",
    "score",
    "low",
    "high",
    "parameters",
    "seed"
  })
  public record Point(
      int trial,
      OptionalDouble cost,
      long multiplyAdds,
      double score,
      double low,
      double high,
      long parameters,
      boolean seed) {}
}
