package org.edm2search.campaign.analysis;

import java.util.ArrayList;
import java.util.List;
import org.edm2search.campaign.journal.CampaignSnapshot;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.statistics.Run;
import org.edm2search.campaign.statistics.ScoreModel;
import org.edm2search.campaign.statistics.Standing;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Trial;

/**
 * The best of two campaigns beside each other, by the score model over the architectures of both.
 *
 * @param campaign a campaign's place in the list
 * @param other the other one's
 * @param comparable whether both scored by the same protocol; nothing else is told otherwise
 * @param ratio typical score of the one's best divided by that of the other's best
 * @param probability that the one's best is better
 */
public record Comparison(
    int campaign, int other, boolean comparable, double ratio, double probability) {

  /** Compares every campaign with the first. */
  public static List<Comparison> withFirst(List<CampaignSnapshot> snapshots) {
    List<Leaderboard.Table> tables =
        snapshots.stream()
            .map(snapshot -> Leaderboard.of(snapshot.trials()).tables().get(0))
            .toList();
    List<Comparison> comparisons = new ArrayList<>();
    for (int i = 1; i < tables.size(); i++) {
      comparisons.add(of(i, tables.get(i), tables.get(0)));
    }
    return comparisons;
  }

  private static Comparison of(int campaign, Leaderboard.Table one, Leaderboard.Table first) {
    if (!one.protocol().digest().equals(first.protocol().digest())) {
      return new Comparison(campaign, 0, false, Double.NaN, Double.NaN);
    }
    List<List<Run>> runs = new ArrayList<>();
    first.rows().forEach(row -> runs.add(runs(row)));
    one.rows().forEach(row -> runs.add(runs(row)));
    List<Standing> standings = ScoreModel.DEFAULT.standings(runs, 0).architectures();
    Standing best = standings.get(first.rows().size());
    return new Comparison(
        campaign, 0, true, best.typical() / standings.get(0).typical(), best.betterThanReference());
  }

  private static List<Run> runs(Leaderboard.Row row) {
    return row.runs().stream().map(Comparison::run).toList();
  }

  private static Run run(Trial trial) {
    return new Run(
        trial.score().orElseThrow(),
        trial.measurement().orElseThrow().value(Quantity.SCORE_DEVIATION).orElse(0));
  }
}
