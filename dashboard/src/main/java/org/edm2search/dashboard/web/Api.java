package org.edm2search.dashboard.web;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import org.edm2search.dashboard.library.CampaignLibrary;
import tools.jackson.databind.json.JsonMapper;

/** The same views for programs, as JSON. Thread-safe. */
public final class Api {

  private final CampaignLibrary library;
  private final JsonMapper json;

  /** Makes the endpoints of a library. */
  public Api(CampaignLibrary library, JsonMapper json) {
    this.library = library;
    this.json = json;
  }

  void campaigns(Context context) {
    answer(context, library.campaigns());
  }

  void campaign(Context context, String name) {
    answer(context, library.campaign(name));
  }

  void leaderboard(Context context, String name) {
    answer(context, library.campaign(name).leaderboard());
  }

  void trial(Context context, String name, int trial) {
    answer(
        context,
        library.trial(name, trial).orElseThrow(() -> NotFoundException.ofTrial(name, trial)));
  }

  /** Answers with an error. */
  void error(Context context, HttpStatus status, String message) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("status", status.getCode());
    body.put("error", message);
    context.status(status);
    answer(context, body);
  }

  private void answer(Context context, Object view) {
    context.contentType("application/json").result(json.writeValueAsBytes(view));
  }
}
