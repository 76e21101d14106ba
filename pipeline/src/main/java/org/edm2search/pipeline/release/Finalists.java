package org.edm2search.pipeline.release;

import java.util.ArrayList;
import java.util.List;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.leaderboard.Leaderboard.Row;

/** Which trials of a campaign are scored again. */
public final class Finalists {

  private Finalists() {}

  /**
   * Returns the named trials, or the best ones; in either case with the seed architecture G*, trial
   * 0, which everything is compared with, if it is complete.
   *
   * @param top how many of the best; without effect if trials are named
   * @param numbers of trials
   * @return best first
   * @throws IllegalArgumentException if a named trial is not complete, or was scored otherwise than
   *     the others
   */
  public static List<Row> of(Leaderboard leaderboard, int top, List<Integer> numbers) {
    List<Row> all = leaderboard.tables().isEmpty() ? List.of() : leaderboard.tables().get(0).rows();
    List<Integer> wanted =
        new ArrayList<>(
            numbers.isEmpty()
                ? all.stream().limit(top).map(row -> row.trial().number()).toList()
                : numbers);
    for (int number : wanted) {
      if (all.stream().noneMatch(row -> row.trial().number() == number)) {
        throw new IllegalArgumentException(
            "trial %d is not among the complete trials of the leaderboard".formatted(number));
      }
    }
    wanted.add(0);
    return all.stream().filter(row -> wanted.contains(row.trial().number())).toList();
  }
}
