package org.edm2search.dashboard;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * How to serve.
 *
 * @param root a campaign directory, or a directory of campaign directories
 * @param host interface to listen on; the loopback interface unless others are to see it: there is
 *     no login
 * @param port TCP port, 0 for any free one
 * @param allowedHosts host names that requests may be for, besides this computer's own addresses
 *     and name; others come from a page that tricked a browser (DNS rebinding)
 * @param liveInterval time between two looks at a campaign that somebody watches
 * @param clientLimit live pages open at once, at most
 */
public record DashboardOptions(
    Path root,
    String host,
    int port,
    Set<String> allowedHosts,
    Duration liveInterval,
    int clientLimit) {

  /** The loopback interface. */
  public static final String LOOPBACK = "127.0.0.1";

  public DashboardOptions {
    Objects.requireNonNull(root, "root");
    Objects.requireNonNull(host, "host");
    allowedHosts = Set.copyOf(allowedHosts);
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port must be between 0 and 65535, but is " + port);
    }
    if (liveInterval.toMillis() < 50) {
      throw new IllegalArgumentException(
          "live interval must be at least 50 ms, but is " + liveInterval.toMillis() + " ms");
    }
    if (clientLimit < 1 || clientLimit > 1000) {
      throw new IllegalArgumentException(
          "client limit must be between 1 and 1000, but is " + clientLimit);
    }
  }

  /** Returns the options for serving a directory to this computer alone. */
  public static DashboardOptions of(Path root, int port) {
    return new DashboardOptions(root, LOOPBACK, port, Set.of(), Duration.ofSeconds(1), 64);
  }

  /** Returns these options with another interface. */
  public DashboardOptions withHost(String other) {
    return new DashboardOptions(root, other, port, allowedHosts, liveInterval, clientLimit);
  }

  /** Returns these options with host names that requests may be for. */
  public DashboardOptions withAllowedHosts(Set<String> others) {
    return new DashboardOptions(root, host, port, others, liveInterval, clientLimit);
  }
}
