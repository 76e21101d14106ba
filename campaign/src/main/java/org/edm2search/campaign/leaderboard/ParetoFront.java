package org.edm2search.campaign.leaderboard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import org.edm2search.campaign.trial.Trial;

/**
 * The trials no other trial beats in both what they are ranked by and what the campaign weighs
 * against it, so that the best trial is always among them.
 */
public final class ParetoFront {

  private record Priced(Leaderboard.Row row, double cost) {}

  private ParetoFront() {}

  /**
   * Returns the front of a leaderboard's table, cheapest first, so the score falls along it. Of
   * equal trials the first is on the front; one whose cost is not known is not.
   */
  public static List<Trial> of(Leaderboard.Table table) {
    List<Priced> priced = new ArrayList<>();
    for (Leaderboard.Row row : table.rows()) {
      OptionalDouble cost = SecondObjective.of(row.trial(), table.second());
      cost.ifPresent(known -> priced.add(new Priced(row, known)));
    }
    priced.sort(
        Comparator.comparingDouble(Priced::cost)
            .thenComparingDouble(one -> one.row().rankedBy())
            .thenComparingInt(one -> one.row().trial().number()));
    List<Trial> front = new ArrayList<>();
    double best = Double.POSITIVE_INFINITY;
    for (Priced one : priced) {
      if (one.row().rankedBy() < best) {
        best = one.row().rankedBy();
        front.add(one.row().trial());
      }
    }
    return List.copyOf(front);
  }
}
