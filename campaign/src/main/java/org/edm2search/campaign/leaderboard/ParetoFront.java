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
    List<Trial> cheapestFirst =
        table.rows().stream()
            .map(Leaderboard.Row::trial)
            .sorted(
                Comparator.comparingLong((Trial trial) -> trial.candidate().cost().multiplyAdds())
                    .thenComparingDouble(trial -> trial.score().orElseThrow())
                    .thenComparingInt(Trial::number))
            .toList();
    List<Trial> front = new ArrayList<>();
    double best = Double.POSITIVE_INFINITY;
    for (Trial trial : cheapestFirst) {
      if (trial.score().orElseThrow() < best) {
        best = trial.score().orElseThrow();
        front.add(trial);
      }
    }
    return List.copyOf(front);
  }
}
