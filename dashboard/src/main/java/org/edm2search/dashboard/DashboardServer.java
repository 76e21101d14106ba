package org.edm2search.dashboard;

import io.javalin.Javalin;
import io.javalin.util.JavalinBindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import org.edm2search.dashboard.library.CampaignLibrary;
import org.edm2search.dashboard.live.LiveFeeds;
import org.edm2search.dashboard.web.Api;
import org.edm2search.dashboard.web.Assets;
import org.edm2search.dashboard.web.Failures;
import org.edm2search.dashboard.web.Pages;
import org.edm2search.dashboard.web.Routes;
import org.edm2search.dashboard.web.Security;
import org.edm2search.space.Edm2SearchException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Shows campaigns in a browser, live, while they run. It only reads.
 *
 * <pre>{@code
 * try (DashboardServer server = DashboardServer.start(DashboardOptions.of(Path.of("campaigns"), 8080))) {
 *   System.out.println(server.url());
 *   ...
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class DashboardServer implements AutoCloseable {

  private static final long LARGEST_REQUEST_BYTES = 16 << 10;

  private final DashboardOptions options;
  private final CampaignLibrary library;
  private final LiveFeeds feeds;
  private final Javalin server;

  private DashboardServer(
      DashboardOptions options, CampaignLibrary library, LiveFeeds feeds, Javalin server) {
    this.options = options;
    this.library = library;
    this.feeds = feeds;
    this.server = server;
  }

  /**
   * Starts serving.
   *
   * @throws Edm2SearchException if the port is taken or the interface does not exist
   */
  public static DashboardServer start(DashboardOptions options) {
    return start(options, Clock.systemUTC());
  }

  /** Starts serving with a clock that says what is recent. */
  public static DashboardServer start(DashboardOptions options, Clock clock) {
    boolean loopbackOnly = isLoopback(options.host());
    CampaignLibrary library = new CampaignLibrary(options.root(), clock);
    LiveFeeds feeds = new LiveFeeds(options.liveInterval(), options.clientLimit());
    Assets assets = new Assets();
    JsonMapper json = JsonMapper.builder().build();
    Pages pages = new Pages(library, feeds, assets, json);
    Api api = new Api(library, json);
    Javalin server =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.startup.showOldJavalinVersionWarning = false;
              config.startup.startupWatcherEnabled = false;
              config.http.maxRequestSize = LARGEST_REQUEST_BYTES;
              config.http.prefer405over404 = true;
              Security.register(config.routes, loopbackOnly);
              Routes.register(config.routes, pages, api, assets);
              Failures.register(config.routes, pages, api);
            });
    try {
      server.start(options.host(), options.port());
    } catch (RuntimeException e) {
      feeds.close();
      library.close();
      throw cannotStart(options, e);
    }
    return new DashboardServer(options, library, feeds, server);
  }

  private static Edm2SearchException cannotStart(DashboardOptions options, RuntimeException e) {
    String remedy =
        e instanceof JavalinBindException ? "choose another with --port" : e.getMessage();
    return new Edm2SearchException(
        "the dashboard cannot listen on %s port %d: %s"
            .formatted(options.host(), options.port(), remedy),
        e);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new Edm2SearchException(
          "the dashboard cannot listen on '%s': no such host".formatted(host), e);
    }
  }

  /** Returns the port it listens on. */
  public int port() {
    return server.port();
  }

  /** Returns the address to open. */
  public String url() {
    String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
    return "http://" + host + ":" + port() + "/";
  }

  /** Stops serving; open pages are told. */
  public void stop() {
    feeds.close();
    server.stop();
    library.close();
  }

  /** Stops serving. */
  @Override
  public void close() {
    stop();
  }
}
