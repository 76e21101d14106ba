package org.edm2search.cli.command;

import org.edm2search.campaign.report.Decimals;
import org.edm2search.campaign.rescore.RescoredReport;
import org.edm2search.cli.output.TextTable;

/** Scores of a campaign's trials by another protocol, for the terminal. */
final class RescoredText {

  private RescoredText() {}

  static String of(RescoredReport report) {
    TextTable text = new TextTable("rank", "trial", report.scoreName(), "±", "search score");
    for (RescoredReport.Row row : report.trials()) {
      text.row(
          Integer.toString(row.rank()),
          row.trial() == 0 ? "G* 0" : Integer.toString(row.trial()),
          Decimals.significant(row.score(), 4),
          Decimals.significant(row.standardDeviation(), 4),
          Decimals.significant(row.searchScore(), 4));
    }
    return text + report.protocol() + "\n";
  }
}
