package org.edm2search.dashboard;

import io.javalin.Javalin;
import io.javalin.util.JavalinBindException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.edm2search.dashboard.library.CampaignLibrary;
import org.edm2search.dashboard.live.LiveFeeds;
import org.edm2search.dashboard.web.Api;
import org.edm2search.dashboard.web.Assets;
import org.edm2search.dashboard.web.Failures;
import org.edm2search.dashboard.web.Pages;
import org.edm2search.dashboard.web.Routes;
import org.edm2search.dashboard.web.Security;
import org.edm2search.space.base.Edm2SearchException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

  private static final Logger LOG = LoggerFactory.getLogger(DashboardServer.class);
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
    Set<String> hosts = hosts(options);
    CampaignLibrary library = new CampaignLibrary(options.root(), clock);
    LiveFeeds feeds = new LiveFeeds(options.liveInterval(), options.clientLimit());
    Assets assets = new Assets();
    JsonMapper json = JsonMapper.builder().build();
    Pages pages = new Pages(library, feeds, assets, json);
    Api api = new Api(library);
    Javalin server =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.startup.showOldJavalinVersionWarning = false;
              config.startup.startupWatcherEnabled = false;
              config.http.maxRequestSize = LARGEST_REQUEST_BYTES;
              config.http.prefer405over404 = true;
              Security.register(config.routes, hosts);
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
    readAhead(library);
    return new DashboardServer(options, library, feeds, server);
  }

  /** Reads and ranks what there is while a browser opens: 10,000 trials take seconds. */
  private static void readAhead(CampaignLibrary library) {
    Thread reading =
        new Thread(
            () -> {
              try {
                library.campaigns();
              } catch (RuntimeException e) {
                LOG.debug("campaigns could not be read ahead; pages say why", e);
              }
            },
            "reading-ahead");
    reading.setDaemon(true);
    reading.start();
  }

  private static Edm2SearchException cannotStart(DashboardOptions options, RuntimeException e) {
    String remedy =
        e instanceof JavalinBindException ? "choose another with --port" : e.getMessage();
    return new Edm2SearchException(
        "the dashboard cannot listen on %s port %d: %s"
            .formatted(options.host(), options.port(), remedy),
        e);
  }

  /** Returns the names that requests may be for: where it listens, and what the options add. */
  private static Set<String> hosts(DashboardOptions options) {
    Set<String> hosts = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));
    options.allowedHosts().forEach(name -> hosts.add(name.toLowerCase(Locale.ROOT)));
    try {
      InetAddress address = InetAddress.getByName(options.host());
      if (!address.isLoopbackAddress()) {
        hosts.add(options.host().toLowerCase(Locale.ROOT));
        hosts.add(name(address));
        if (address.isAnyLocalAddress()) {
          NetworkInterface.networkInterfaces()
              .flatMap(NetworkInterface::inetAddresses)
              .forEach(own -> hosts.add(name(own)));
          hosts.add(InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
        }
      }
      return hosts;
    } catch (UnknownHostException e) {
      throw new Edm2SearchException(
          "the dashboard cannot listen on '%s': no such host".formatted(options.host()), e);
    } catch (SocketException e) {
      throw new Edm2SearchException("this computer's addresses cannot be listed: " + e, e);
    }
  }

  private static String name(InetAddress address) {
    String text = address.getHostAddress().replaceFirst("%.*", "");
    return text.contains(":") ? "[" + text + "]" : text;
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
