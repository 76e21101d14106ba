package org.edm2search.campaign.analysis;

import java.util.ArrayList;
import java.util.List;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.jspecify.annotations.Nullable;

/**
 * A step from the best architecture back to G*: strategies keep no parents, so each is followed by
 * its nearest relative that was found earlier, of equally near ones by the better one.
 *
 * @param trial its number
 * @param score mean of its trainings
 * @param changed what it has otherwise than the next one, such as {@code kernel@dec=5}
 */
public record Ancestor(int trial, double score, List<String> changed) {

  public Ancestor {
    changed = List.copyOf(changed);
  }

  /** Returns the line of a row, itself first. */
  static List<Ancestor> line(Leaderboard.Row best, Leaderboard.Table table) {
    List<Ancestor> line = new ArrayList<>();
    Leaderboard.Row row = best;
    while (row != null) {
      Leaderboard.Row next = nearest(row, table);
      line.add(
          new Ancestor(
              row.trial().number(), row.score(), next == null ? List.of() : changed(row, next)));
      row = next;
    }
    return line;
  }

  private static Leaderboard.@Nullable Row nearest(Leaderboard.Row of, Leaderboard.Table table) {
    Leaderboard.Row nearest = null;
    int least = Integer.MAX_VALUE;
    // Best first, so of equally near ones the better one stays.
    for (Leaderboard.Row row : table.rows()) {
      if (row.trial().number() < of.trial().number()) {
        int distance = changed(of, row).size();
        if (distance < least) {
          least = distance;
          nearest = row;
        }
      }
    }
    return nearest;
  }

  private static List<String> changed(Leaderboard.Row row, Leaderboard.Row other) {
    return row.trial().candidate().genotype().changesFrom(other.trial().candidate().genotype());
  }
}
