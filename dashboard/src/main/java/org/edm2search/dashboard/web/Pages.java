package org.edm2search.dashboard.web;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.javalin.http.sse.SseClient;
import io.javalin.http.sse.SseHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.edm2search.dashboard.library.CampaignLibrary;
import org.edm2search.dashboard.library.UnknownCampaignException;
import org.edm2search.dashboard.library.UnreadableCampaignException;
import org.edm2search.dashboard.live.LiveFeeds;
import org.edm2search.dashboard.live.LivePage;
import org.edm2search.dashboard.view.CampaignView;
import org.edm2search.dashboard.view.CampaignsView;
import org.edm2search.dashboard.view.LeaderboardQuery;
import org.edm2search.dashboard.view.LeaderboardView;
import org.edm2search.dashboard.view.RescoredView;
import org.edm2search.dashboard.view.TrialView;
import tools.jackson.databind.json.JsonMapper;

/** The pages for people, and the feeds that keep them up to date. Thread-safe. */
public final class Pages {

  private static final long LARGEST_IMAGE_BYTES = 32L << 20;

  private final CampaignLibrary library;
  private final LiveFeeds feeds;
  private final Assets assets;
  private final JsonMapper json;
  private final Templates templates = new Templates();

  /** Makes the pages of a library. */
  public Pages(CampaignLibrary library, LiveFeeds feeds, Assets assets, JsonMapper json) {
    this.library = library;
    this.feeds = feeds;
    this.assets = assets;
    this.json = json;
  }

  void campaigns(Context context) {
    CampaignsView view = library.campaigns();
    String events = Routes.campaignsEvents(livePage(view).digest());
    page(context, "campaigns", Map.of("view", view, "events", events));
  }

  void campaign(Context context, String name) {
    LeaderboardQuery query = Requests.leaderboard(context);
    CampaignView view = library.campaign(name, query);
    LivePage live = livePage(view);
    page(
        context,
        "campaign",
        Map.of(
            "view",
            view,
            "chartJson",
            live.pieces().get("charts"),
            "rows",
            LivePage.table(live.rows()),
            "events",
            Routes.campaignEvents(name, query, live.digest())));
  }

  void rescored(Context context, String name, String digest) {
    RescoredView view =
        library
            .rescored(name, digest)
            .orElseThrow(() -> new NotFoundException(name + " was not scored by this protocol."));
    page(context, "rescored", Map.of("view", view));
  }

  void trial(Context context, String name, int trial) {
    TrialView view = find(name, trial);
    LivePage live = livePage(view);
    page(
        context,
        "trial",
        Map.of(
            "view",
            view,
            "lossJson",
            live.pieces().get("loss"),
            "events",
            view.row().status().ended() ? "" : Routes.trialEvents(name, trial, live.digest())));
  }

  void samples(Context context, String name, int trial) {
    Path file =
        library
            .samples(name, trial)
            .orElseThrow(() -> new NotFoundException("Trial #" + trial + " has no sample grid."));
    try {
      if (Files.size(file) > LARGEST_IMAGE_BYTES) {
        throw new NotFoundException("The sample grid of trial #" + trial + " is too large.");
      }
      context.header("Cache-Control", "private, max-age=10");
      context.contentType("image/png").result(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new NotFoundException("The sample grid of trial #" + trial + " cannot be read.");
    }
  }

  void campaignsEvents(Context context) throws Exception {
    feed(context, "campaigns", () -> livePage(library.campaigns()));
  }

  void campaignEvents(Context context, String name) throws Exception {
    LeaderboardQuery query = Requests.leaderboard(context);
    library.campaign(name, query);
    feed(
        context,
        "campaign " + name + " " + query,
        guarded(() -> livePage(library.campaign(name, query))));
  }

  void trialEvents(Context context, String name, int trial) throws Exception {
    find(name, trial);
    feed(context, "trial " + trial + " of " + name, guarded(() -> livePage(find(name, trial))));
  }

  private TrialView find(String name, int trial) {
    return library.trial(name, trial).orElseThrow(() -> NotFoundException.ofTrial(name, trial));
  }

  /** Renders an error page. */
  void error(Context context, HttpStatus status, String heading, String message) {
    context.status(status);
    page(
        context,
        "error",
        Map.of("status", status.getCode(), "heading", heading, "message", message));
  }

  private void page(Context context, String template, Map<String, Object> parameters) {
    Map<String, Object> all = new LinkedHashMap<>(parameters);
    all.put("assets", assets);
    context.contentType("text/html; charset=utf-8").result(templates.render(template, all));
  }

  private void feed(Context context, String topic, Supplier<LivePage> source) throws Exception {
    String accept = context.header("Accept");
    if (accept == null || !accept.contains("text/event-stream")) {
      throw new BadRequestException("This address is for server-sent events, not for reading.");
    }
    String seen = Optional.ofNullable(context.queryParam("seen")).orElse("");
    if (feeds.isFull()) {
      context.header("Retry-After", "30");
      context.status(HttpStatus.SERVICE_UNAVAILABLE);
      context.result("Too many pages are open.");
      return;
    }
    new SseHandler(
            0,
            (SseClient client) -> {
              if (!feeds.join(topic, source, seen, client)) {
                client.close();
              }
            })
        .handle(context);
  }

  /** A page in the browser outlives the trouble of its campaign: it says so, and goes on. */
  private Supplier<LivePage> guarded(Supplier<LivePage> source) {
    return () -> {
      try {
        return source.get();
      } catch (UnreadableCampaignException | UnknownCampaignException | NotFoundException e) {
        return LivePage.problem(templates.render("problem", Map.of("message", e.getMessage())));
      }
    };
  }

  private LivePage livePage(CampaignsView view) {
    return LivePage.of(Map.of("campaigns", templates.render("campaignList", Map.of("view", view))));
  }

  private LivePage livePage(CampaignView view) {
    Map<String, String> pieces = new LinkedHashMap<>();
    pieces.put("tiles", templates.render("tiles", Map.of("view", view)));
    pieces.put("rejections", templates.render("rejections", Map.of("view", view)));
    pieces.put("pager", templates.render("pager", Map.of("view", view.leaderboard())));
    pieces.put(
        "tables",
        templates.render("tables", Map.of("campaign", view.name(), "tables", view.rescored())));
    pieces.put("charts", json.writeValueAsString(view.charts()));
    List<LivePage.Row> rows = new ArrayList<>();
    for (LeaderboardView.Row row : view.leaderboard().rows()) {
      Map<String, Object> parameters = Map.of("campaign", view.name(), "row", row);
      rows.add(
          new LivePage.Row(
              row.trial(),
              templates.render("row", parameters),
              () -> templates.render("changedRow", parameters)));
    }
    return new LivePage(pieces, rows);
  }

  private LivePage livePage(TrialView view) {
    Map<String, String> pieces = new LinkedHashMap<>();
    pieces.put("status", templates.render("trialStatus", Map.of("view", view)));
    pieces.put("loss", json.writeValueAsString(view.training().loss()));
    pieces.put("samples", templates.render("samples", Map.of("view", view)));
    pieces.put("details", templates.render("details", Map.of("view", view)));
    return LivePage.of(pieces);
  }
}
