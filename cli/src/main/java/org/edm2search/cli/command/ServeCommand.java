package org.edm2search.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.edm2search.cli.output.Console;
import org.edm2search.dashboard.DashboardOptions;
import org.edm2search.dashboard.DashboardServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows campaigns in a browser. */
@Command(
    name = "serve",
    description = {
      "Show campaigns in a browser, live while they run. Reads only. Ctrl-C ends it.",
      "It listens on this computer alone unless --host says otherwise: there is no login."
    },
    footer = {
      "  edm2-search serve",
      "  edm2-search serve campaigns/quickstart --port 9000",
      "  edm2-search serve --host 0.0.0.0     for everyone who reaches this computer"
    })
public final class ServeCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DIRECTORY",
      defaultValue = "campaigns",
      description =
          "A campaign's directory, its name below campaigns/, or a directory of campaigns. Default:"
              + " campaigns.")
  private Path directory;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "TCP port, 0 for any free one. Default: 8080.")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = DashboardOptions.LOOPBACK,
      description = "Interface to listen on. Default: 127.0.0.1.")
  private String host;

  @Option(
      names = "--allow-host",
      paramLabel = "NAME",
      split = ",",
      description =
          "Further host names that browsers may ask for, where a proxy or a DNS name leads here."
              + " Default: this computer's own names and addresses.")
  private Set<String> allowedHosts = Set.of();

  public ServeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!directory.equals(Campaigns.ROOT) && !Files.isDirectory(directory)) {
      Path named = Campaigns.ROOT.resolve(directory);
      if (!Files.isDirectory(named)) {
        throw new InvalidUseException(directory + ": no such directory");
      }
      directory = named;
    }
    DashboardOptions options;
    try {
      options = DashboardOptions.of(directory, port).withHost(host).withAllowedHosts(allowedHosts);
    } catch (IllegalArgumentException e) {
      throw new InvalidUseException(e.getMessage(), e);
    }
    DashboardServer server = DashboardServer.start(options);
    Runtime.getRuntime().addShutdownHook(new Thread(server::stop, "stop"));
    console.print("campaigns in %s at %s  (Ctrl-C ends)", directory.toAbsolutePath(), server.url());
    console.out().flush();
    new CountDownLatch(1).await();
    return 0;
  }
}
