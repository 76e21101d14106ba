package org.edm2search.dashboard.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Locale;
import java.util.Set;

/** What every answer says to browsers, and whom the server answers at all. */
public final class Security {

  // No inline script or style, nothing from elsewhere, no framing.
  private static final String CONTENT_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final Set<String> hosts;

  /**
   * Makes the headers of a server.
   *
   * @param hosts names that requests may be for, in lower case; a request for another host name
   *     comes from a page that tricked the browser (DNS rebinding)
   */
  private Security(Set<String> hosts) {
    this.hosts = Set.copyOf(hosts);
  }

  /** Registers the check before every request. */
  public static void register(RoutesConfig routes, Set<String> hosts) {
    routes.before(new Security(hosts)::apply);
  }

  private void apply(Context context) {
    context.header("Content-Security-Policy", CONTENT_POLICY);
    context.header("X-Content-Type-Options", "nosniff");
    context.header("X-Frame-Options", "DENY");
    context.header("Referrer-Policy", "no-referrer");
    context.header("Cross-Origin-Opener-Policy", "same-origin");
    context.header("Cross-Origin-Resource-Policy", "same-origin");
    context.header("Cache-Control", "no-store");
    if (!hosts.contains(hostName(context.host()))) {
      throw new BadRequestException(
          "This dashboard answers requests for this computer's own names only; the request was for"
              + " another host. Allow it with --allow-host.");
    }
  }

  private static String hostName(String host) {
    if (host == null) {
      return "";
    }
    String lower = host.toLowerCase(Locale.ROOT);
    int port = lower.lastIndexOf(':');
    return port > lower.lastIndexOf(']') ? lower.substring(0, port) : lower;
  }
}
