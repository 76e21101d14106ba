package org.edm2search.dashboard.view;

import java.util.List;
import org.edm2search.campaign.rescore.RescoredReport;

/**
 * A campaign's trials by another protocol than the search's.
 *
 * @param campaign name of the campaign
 * @param shown the table
 * @param tables all there are
 */
public record RescoredView(String campaign, RescoredReport shown, List<ScoreTableView> tables) {

  /** Rows that a page has; {@code leaderboard --rescored} prints all. */
  private static final int MOST_ROWS = 500;

  public RescoredView {
    tables = List.copyOf(tables);
  }

  /** Returns the best ones. */
  public List<RescoredReport.Row> rows() {
    return shown.trials().subList(0, Math.min(MOST_ROWS, shown.trials().size()));
  }
}
