package org.edm2search.campaign.leaderboard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import org.edm2search.campaign.trial.Trial;

/** The trials no other trial beats in both score and what the campaign weighs against it. */
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
            .thenComparingDouble(one -> one.row().score())
            .thenComparingInt(one -> one.row().trial().number()));
    List<Trial> front = new ArrayList<>();
    double best = Double.POSITIVE_INFINITY;
    for (Priced one : priced) {
      if (one.row().score() < best) {
        best = one.row().score();
        front.add(one.row().trial());
      }
    }
    return List.copyOf(front);
  }
}
