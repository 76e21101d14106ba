package org.edm2search.campaign.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.InvalidConfigException;
import org.edm2search.space.yaml.Section;

/**
 * A database of a PostgreSQL server and a user of it: the keys {@code url} and {@code user}. The
 * password is in no file of a campaign: it comes from the variable {@code PGPASSWORD} or from
 * {@code ~/.pgpass}. It is proven by SCRAM-SHA-256 alone, so that it never leaves this process, and
 * a server that wants it otherwise or lets anybody in is refused.
 */
public final class PostgresServer {

  /** Environment variable with the password, which no other process needs. */
  public static final String PASSWORD = "PGPASSWORD";

  private static final String URL = "url";
  private static final String USER = "user";
  private static final int OLDEST = 15;

  /**
   * What the campaign relies on, whatever the server's or the role's defaults are: they may end
   * what takes long or is idle.
   */
  private static final String OPTIONS =
      Stream.of(
              "synchronous_commit=on",
              "statement_timeout=0",
              "lock_timeout=0",
              "idle_session_timeout=0",
              "idle_in_transaction_session_timeout=0",
              "tcp_keepalives_idle=60",
              "tcp_keepalives_interval=10",
              "tcp_keepalives_count=6")
          .map(option -> "-c " + option)
          .collect(Collectors.joining(" "));

  private final Section section;
  private final PostgresUrl url;
  private final String user;
  private final Map<String, String> environment;

  private PostgresServer(
      Section section, PostgresUrl url, String user, Map<String, String> environment) {
    this.section = section;
    this.url = url;
    this.user = user;
    this.environment = environment;
  }

  /** Reads these keys of a section, which errors name from then on. */
  public static PostgresServer read(Section section) {
    return read(section, System.getenv());
  }

  /**
   * Does the same with other environment variables.
   *
   * @param environment may have the password
   */
  static PostgresServer read(Section section, Map<String, String> environment) {
    PostgresUrl url = PostgresUrl.read(section, URL);
    String user = section.string(USER);
    if (!user.matches("[^\\p{Cntrl}]{1,63}")) {
      throw section.error(
          USER, "must be the name of a PostgreSQL role, but is '%s'".formatted(user));
    }
    return new PostgresServer(section, url, user, environment);
  }

  /** Returns the key {@code url} in its full form. */
  public String url() {
    return url.text();
  }

  /** Returns the same, read. */
  PostgresUrl address() {
    return url;
  }

  /** Returns the role that connects. */
  public String user() {
    return user;
  }

  /** Returns an error at one of the section's keys. */
  InvalidConfigException error(String key, String rule) {
    return section.error(key, rule);
  }

  /**
   * Connects. A commit is on the server's disk when it returns, and a machine that vanished is
   * noticed by the server in two minutes.
   *
   * @param application how others see the connection in {@code pg_stat_activity}
   * @param schema that names of tables are of
   */
  Connection connect(String application, String schema) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("gssEncMode", "disable");
    tellTls(properties);
    properties.setProperty("currentSchema", schema);
    properties.setProperty("options", OPTIONS);
    properties.setProperty("ApplicationName", application);
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("loginTimeout", "30");
    properties.setProperty("tcpKeepAlive", "true");
    // A network that swallows everything is a lost connection, too.
    properties.setProperty("socketTimeout", "300");
    if (environment.containsKey(PASSWORD)) {
      properties.setProperty("password", environment.get(PASSWORD));
    } else {
      TlsFiles.requirePrivate(
          Path.of(
              environment.getOrDefault("PGPASSFILE", System.getProperty("user.home") + "/.pgpass")),
          "these passwords");
    }
    return DriverManager.getConnection(
        "jdbc:postgresql://%s/%s".formatted(url.address(), url.database()), properties);
  }

  private void tellTls(Properties properties) {
    try {
      url.tls().tell(properties);
    } catch (InvalidConfigException e) {
      throw error(URL, e.getMessage());
    }
  }

  // ---------------------------------------------------------------- what went wrong

  /** Checks that the server understands what it will be told. */
  void requireVersion(Connection connection) {
    try {
      int version = connection.getMetaData().getDatabaseMajorVersion();
      if (version < OLDEST) {
        throw error(
            URL,
            "%s is PostgreSQL %d, but a store needs %d or newer"
                .formatted(url.address(), version, OLDEST));
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** Checks that a database can keep every name that a campaign may have. */
  void requireEncoding(String encoding) {
    if (!encoding.equals("UTF8")) {
      throw error(
          URL,
          "the database '%s' has the encoding %s, which has not all characters; 'createdb --encoding=UTF8 --template=template0' makes one that has"
              .formatted(url.database(), encoding));
    }
  }

  /**
   * Checks that no pooler stands between, which may give every transaction to another of the
   * server's processes, and so the lock and the schema to other campaigns.
   *
   * @param backend the process that answers
   */
  void requireDirect(Connection connection, int backend) {
    try {
      // The driver's own word is in no type of JDBC's, and its types are not there to compile with.
      Object connected = connection.getClass().getMethod("getBackendPID").invoke(connection);
      if (!connected.equals(backend)) {
        throw PostgresDiagnosis.pooler(this, "its process is not the one that answers");
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("another driver than expected", e);
    }
  }

  /** Returns an error of a schema that a campaign was kept in. */
  InvalidConfigException gone(String schema) {
    return error(
        URL,
        ("the schema %s that keeps this campaign is not in %s on %s; restore it (pg_restore) or mend"
                + " the url, or start a new campaign directory")
            .formatted(schema, url.database(), url.address()));
  }

  /** Returns an error that names the cause of a failure, the key and what to do. */
  Edm2SearchException failed(Throwable thrown) {
    return PostgresDiagnosis.of(this, thrown);
  }
}
