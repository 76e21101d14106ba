package org.edm2search.dashboard.view;

import org.edm2search.campaign.rescore.RescoredReport;

/**
 * A table of scores by another protocol than the search's.
 *
 * @param digest the protocol's identity
 * @param scoreName what the scores measure
 * @param protocol how they were obtained, in a sentence
 * @param trials how many it ranks
 */
public record ScoreTableView(String digest, String scoreName, String protocol, int trials) {

  private static final int DIGEST_SHOWN = 8;

  /** Returns a report without its rows. */
  public static ScoreTableView of(RescoredReport report) {
    return new ScoreTableView(
        report.protocolDigest(), report.scoreName(), report.protocol(), report.trials().size());
  }

  /** Returns what tells the table from others: its score, and the beginning of its digest. */
  public String label() {
    return scoreName + " " + digest.substring(0, Math.min(DIGEST_SHOWN, digest.length()));
  }
}
