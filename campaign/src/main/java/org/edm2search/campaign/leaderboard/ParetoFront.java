package org.edm2search.campaign.leaderboard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.edm2search.campaign.trial.Trial;

/** The trials no other trial beats in both cost and score. */
public final class ParetoFront {

  private ParetoFront() {}

  /**
   * Returns the front of a leaderboard's table, cheapest first, so the score falls along it. Cost
   * is multiply-adds per image and evaluation. Of equal trials the first is on the front.
   */
  public static List<Trial> of(Leaderboard.Table table) {
    List<Leaderboard.Row> cheapestFirst =
        table.rows().stream()
            .sorted(
                Comparator.comparingLong(
                        (Leaderboard.Row row) -> row.trial().candidate().cost().multiplyAdds())
                    .thenComparingDouble(Leaderboard.Row::score)
                    .thenComparingInt(row -> row.trial().number()))
            .toList();
    List<Trial> front = new ArrayList<>();
    double best = Double.POSITIVE_INFINITY;
    for (Leaderboard.Row row : cheapestFirst) {
      if (row.score() < best) {
        best = row.score();
        front.add(row.trial());
      }
    }
    return List.copyOf(front);
  }
}
