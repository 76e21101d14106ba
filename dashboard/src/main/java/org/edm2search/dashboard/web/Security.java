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

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final boolean loopbackOnly;

  /**
   * Makes the headers of a server.
   *
   * @param loopbackOnly whether the server listens on the loopback interface alone; then requests
   *     for another host name come from a page that tricked the browser (DNS rebinding)
   */
  private Security(boolean loopbackOnly) {
    this.loopbackOnly = loopbackOnly;
  }

  /** Registers the check before every request. */
  public static void register(RoutesConfig routes, boolean loopbackOnly) {
    routes.before(new Security(loopbackOnly)::apply);
  }

  private void apply(Context context) {
    context.header("Content-Security-Policy", CONTENT_POLICY);
    context.header("X-Content-Type-Options", "nosniff");
    context.header("X-Frame-Options", "DENY");
    context.header("Referrer-Policy", "no-referrer");
    context.header("Cross-Origin-Opener-Policy", "same-origin");
    context.header("Cross-Origin-Resource-Policy", "same-origin");
    context.header("Cache-Control", "no-store");
    if (loopbackOnly && !LOOPBACK.contains(hostName(context.host()))) {
      throw new BadRequestException(
          "This dashboard answers requests to localhost only; the request was for another host.");
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
