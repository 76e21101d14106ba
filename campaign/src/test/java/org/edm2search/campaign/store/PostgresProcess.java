package org.edm2search.campaign.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.edm2search.space.yaml.Section;
import org.jdbi.v3.core.Jdbi;

/** A PostgreSQL server of a test's own; the test is skipped where none is installed. */
final class PostgresProcess implements AutoCloseable {

  private static final int NOT_INSTALLED = 3;

  private final Path directory;
  private final int port;
  private final String password;

  private PostgresProcess(Path directory, int port) throws Exception {
    this.directory = directory;
    this.port = port;
    start();
    this.password = Files.readString(directory.resolve("pgpass")).strip().split(":")[4];
  }

  /** Starts a server on a free port. */
  static PostgresProcess start(Path directory) throws Exception {
    // Its own user must be able to enter.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = free.getLocalPort();
      free.close();
      return new PostgresProcess(directory, port);
    }
  }

  /** Starts it again, with the same data. */
  void start() throws Exception {
    script("start", Integer.toString(port));
  }

  /** Ends it; connections are lost. */
  void stop() throws Exception {
    script("stop");
  }

  private void script(String what, String... more) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("sh", Path.of("postgres").toString(), what, directory.toString());
    builder.command().addAll(List.of(more));
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assumeTrue(process.exitValue() != NOT_INSTALLED, said);
    assertThat(process.exitValue()).as(said).isZero();
  }

  int port() {
    return port;
  }

  String password() {
    return password;
  }

  /** Returns settings of its database with further keys. */
  StoreOnServer settings(String more) {
    return settings(port, more);
  }

  /** Returns the same through another port. */
  StoreOnServer settings(int through, String more) {
    return settings(through, "edm2", "edm2", password, more);
  }

  /** Returns settings of any database and role. */
  StoreOnServer settings(String database, String user, String secret, String more) {
    return settings(port, database, user, secret, more);
  }

  /** Returns settings of its database by another name, with the URL's parameters. */
  StoreOnServer settings(String host, String parameters, Path certificate) {
    String url =
        "{url: 'postgresql://%s:%d/edm2?%s%s', user: edm2}"
            .formatted(host, port, parameters, certificate);
    return settings(Section.parse(url, "photos.yaml"), password);
  }

  private static StoreOnServer settings(
      int port, String database, String user, String secret, String more) {
    return settings(
        Section.parse(
            "{url: 'postgresql://127.0.0.1:%d/%s?sslmode=disable', user: %s%s}"
                .formatted(port, database, user, more),
            "photos.yaml"),
        secret);
  }

  private static StoreOnServer settings(Section section, String secret) {
    return new StoreOnServer(
        PostgresServer.read(section, Map.of(PostgresServer.PASSWORD, secret)),
        StoreOnServer.read(section).schema(),
        StoreOnServer.read(section).reconnect());
  }

  /** Runs statements beside the program. */
  void sql(String... statements) {
    Jdbi.create(() -> connection())
        .useHandle(
            handle -> {
              for (String statement : statements) {
                handle.execute(statement);
              }
            });
  }

  private Connection connection() throws SQLException {
    return settings("").server().connect("test", "public");
  }

  @Override
  public void close() throws IOException {
    try {
      stop();
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
