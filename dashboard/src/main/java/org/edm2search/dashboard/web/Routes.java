package org.edm2search.dashboard.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.edm2search.dashboard.view.LeaderboardQuery;

/** Every URL, in one place: the patterns, and the addresses that pages link to. */
public final class Routes {

  private static final String NAME = "name";
  private static final String TRIAL = "trial";
  private static final String DIGEST = "digest";
  private static final String FILE = "file";

  private Routes() {}

  /** Registers every page, feed and endpoint. */
  public static void register(RoutesConfig routes, Pages pages, Api api, Assets assets) {
    routes.get("/", pages::campaigns);
    routes.get("/campaigns/{name}", context -> pages.campaign(context, name(context)));
    routes.get(
        "/campaigns/{name}/rescored/{digest}",
        context -> pages.rescored(context, name(context), context.pathParam(DIGEST)));
    routes.get(
        "/campaigns/{name}/trials/{trial}",
        context -> pages.trial(context, name(context), trial(context)));
    routes.get(
        "/campaigns/{name}/trials/{trial}/samples.png",
        context -> pages.samples(context, name(context), trial(context)));

    routes.get("/events/campaigns", pages::campaignsEvents);
    routes.get("/events/campaigns/{name}", context -> pages.campaignEvents(context, name(context)));
    routes.get(
        "/events/campaigns/{name}/trials/{trial}",
        context -> pages.trialEvents(context, name(context), trial(context)));

    routes.get("/api/campaigns", api::campaigns);
    routes.get("/api/campaigns/{name}", context -> api.campaign(context, name(context)));
    routes.get(
        "/api/campaigns/{name}/leaderboard", context -> api.leaderboard(context, name(context)));
    routes.get("/api/campaigns/{name}/rescored", context -> api.rescored(context, name(context)));
    routes.get(
        "/api/campaigns/{name}/trials/{trial}",
        context -> api.trial(context, name(context), trial(context)));

    routes.get("/assets/{file}", context -> assets.serve(context, context.pathParam(FILE)));
    routes.get("/favicon.ico", context -> context.redirect(assets.url("icon.svg")));
  }

  /** Returns whether a path is for programs, which want JSON. */
  static boolean isApi(String path) {
    return path.startsWith("/api/") || path.equals("/api");
  }

  /** Returns the address of a campaign's page. */
  public static String campaign(String name) {
    return "/campaigns/" + encode(name);
  }

  /** Returns the address of a campaign's page with some of its trials. */
  public static String campaign(String name, LeaderboardQuery query) {
    String text = query.text();
    return campaign(name) + (text.isEmpty() ? "" : "?" + text) + "#leaderboard-title";
  }

  /** Returns the address of a table of scores by another protocol than the search's. */
  public static String rescored(String name, String digest) {
    return campaign(name) + "/rescored/" + encode(digest);
  }

  /** Returns the address of a trial's page. */
  public static String trial(String name, int trial) {
    return campaign(name) + "/trials/" + trial;
  }

  /** Returns the address of a trial's sample grid. */
  public static String samples(String name, int trial) {
    return trial(name, trial) + "/samples.png";
  }

  /** Returns the address of the list's live feed, for a page served with a digest. */
  static String campaignsEvents(String seen) {
    return "/events/campaigns?seen=" + seen;
  }

  /** Returns the address of a campaign's live feed, for a page served with a digest. */
  static String campaignEvents(String name, LeaderboardQuery query, String seen) {
    String text = query.text();
    return "/events" + campaign(name) + "?seen=" + seen + (text.isEmpty() ? "" : "&" + text);
  }

  /** Returns the address of a trial's live feed, for a page served with a digest. */
  static String trialEvents(String name, int trial, String seen) {
    return "/events" + trial(name, trial) + "?seen=" + seen;
  }

  /** Returns the address of an asset. */
  static String asset(String name) {
    return "/assets/" + name;
  }

  private static String name(Context context) {
    return Requests.campaignName(context.pathParam(NAME));
  }

  private static int trial(Context context) {
    return Requests.trialNumber(context.pathParam(TRIAL));
  }

  private static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
