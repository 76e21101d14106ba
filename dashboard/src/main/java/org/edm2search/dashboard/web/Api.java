package org.edm2search.dashboard.web;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.edm2search.campaign.report.RankedTrial;
import org.edm2search.campaign.report.ReportJson;
import org.edm2search.dashboard.library.CampaignLibrary;

/**
 * Campaigns for programs, as JSON: what {@code status}, {@code leaderboard} and {@code show} print
 * with {@code --json}. Thread-safe.
 */
public final class Api {

  /** Rows of a leaderboard in an answer; offset and limit lead to the others. */
  private static final int MOST_ROWS = 1000;

  private final CampaignLibrary library;

  /** Makes the endpoints of a library. */
  public Api(CampaignLibrary library) {
    this.library = library;
  }

  void campaigns(Context context) {
    answer(context, library.campaigns());
  }

  void campaign(Context context, String name) {
    answer(context, library.report(name));
  }

  void leaderboard(Context context, String name) {
    List<RankedTrial> all = library.leaderboard(name);
    int from = Math.min(all.size(), Requests.number(context, "offset", 0));
    int rows = Math.min(MOST_ROWS, Requests.number(context, "limit", MOST_ROWS));
    context.header("X-Total-Count", Integer.toString(all.size()));
    answer(context, all.subList(from, Math.min(all.size(), from + rows)));
  }

  void rescored(Context context, String name) {
    answer(context, library.rescored(name));
  }

  void trial(Context context, String name, int trial) {
    answer(
        context,
        library.trialReport(name, trial).orElseThrow(() -> NotFoundException.ofTrial(name, trial)));
  }

  /** Answers with an error. */
  void error(Context context, HttpStatus status, String message) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("status", status.getCode());
    body.put("error", message);
    context.status(status);
    answer(context, body);
  }

  private static void answer(Context context, Object report) {
    context.contentType("application/json").result(ReportJson.write(report));
  }
}
