package org.edm2search.campaign.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.edm2search.space.base.AtomicFile;
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
  private static final String POSIX = "posix";
  private static final int OLDEST = 15;

  private static final Pattern FORM =
      Pattern.compile(
          "postgresql://(?<host>[A-Za-z0-9][A-Za-z0-9.-]*|\\[[0-9A-Fa-f:]+])(:(?<port>\\d{1,5}))?"
              + "/(?<database>[A-Za-z0-9_][A-Za-z0-9_.-]{0,62})(\\?sslmode=(?<sslmode>[a-z-]+))?");

  private static final Set<String> SSL_MODES =
      Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  private static final int DEFAULT_PORT = 5432;
  private static final int LAST_PORT = 65_535;

  private final Section section;
  private final String address;
  private final String database;
  private final Optional<String> sslMode;
  private final String user;
  private final Map<String, String> environment;

  private PostgresServer(
      Section section, Matcher url, int port, String user, Map<String, String> environment) {
    this.section = section;
    this.environment = environment;
    this.address = url.group("host") + ":" + port;
    this.database = url.group("database");
    this.sslMode = Optional.ofNullable(url.group("sslmode"));
    this.user = user;
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
    String text = section.string(URL);
    Matcher url = FORM.matcher(text);
    int port = DEFAULT_PORT;
    if (url.matches() && url.group("port") != null) {
      port = Integer.parseInt(url.group("port"));
    }
    if (!url.matches()
        || port < 1
        || port > LAST_PORT
        || url.group("sslmode") != null && !SSL_MODES.contains(url.group("sslmode"))) {
      throw section.error(
          URL,
          "must be postgresql://HOST:PORT/DATABASE, without user and password, perhaps with"
              + " ?sslmode=verify-full, but is '%s'".formatted(withoutPassword(text)));
    }
    String user = section.string(USER);
    if (!user.matches("[^\\p{Cntrl}]{1,63}")) {
      throw section.error(
          USER, "must be the name of a PostgreSQL role, but is '%s'".formatted(user));
    }
    return new PostgresServer(section, url, port, user, environment);
  }

  /** What is written in a file by mistake need not be in logs, too. */
  private static String withoutPassword(String url) {
    return url.replaceAll("//.*@", "//...@").replaceAll("(?i)password=[^&]*", "password=...");
  }

  /** Returns the key {@code url} in its full form. */
  public String url() {
    return "postgresql://%s/%s%s"
        .formatted(address, database, sslMode.map(mode -> "?sslmode=" + mode).orElse(""));
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
    properties.setProperty("requireAuth", "scram-sha-256");
    properties.setProperty("gssEncMode", "disable");
    sslMode.ifPresent(mode -> properties.setProperty("sslmode", mode));
    properties.setProperty("currentSchema", schema);
    properties.setProperty(
        "options",
        "-c synchronous_commit=on -c tcp_keepalives_idle=60 -c tcp_keepalives_interval=10"
            + " -c tcp_keepalives_count=6");
    properties.setProperty("ApplicationName", application);
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("loginTimeout", "30");
    properties.setProperty("tcpKeepAlive", "true");
    // A network that swallows everything is a lost connection, too.
    properties.setProperty("socketTimeout", "300");
    if (environment.containsKey(PASSWORD)) {
      properties.setProperty("password", environment.get(PASSWORD));
    } else {
      requirePrivate(
          Path.of(
              environment.getOrDefault(
                  "PGPASSFILE", System.getProperty("user.home") + "/.pgpass")));
    }
    return DriverManager.getConnection(
        "jdbc:postgresql://%s/%s".formatted(address, database), properties);
  }

  private void requirePrivate(Path passwords) {
    try {
      if (Files.exists(passwords)
          && passwords.getFileSystem().supportedFileAttributeViews().contains(POSIX)) {
        Set<PosixFilePermission> others = Files.getPosixFilePermissions(passwords);
        others.removeIf(permission -> permission.name().startsWith("OWNER"));
        if (!others.isEmpty()) {
          throw new InvalidConfigException(
              passwords.toString(), "others may read these passwords; chmod 600 it");
        }
      }
    } catch (IOException e) {
      throw new InvalidConfigException(
          passwords.toString(), "cannot be looked at: " + AtomicFile.reason(e));
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
                .formatted(address, version, OLDEST));
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** Returns an error of a schema that a campaign was kept in. */
  InvalidConfigException gone(String schema) {
    return error(
        URL,
        ("the schema %s that keeps this campaign is not in %s on %s; restore it (pg_restore) or mend"
                + " the url, or start a new campaign directory")
            .formatted(schema, database, address));
  }

  /** Returns an error that names the cause of a failure, the key and what to do. */
  Edm2SearchException failed(Throwable thrown) {
    PostgresFailure failure = PostgresFailure.of(thrown);
    return switch (failure.kind()) {
      case METHOD ->
          error(
              URL,
              "%s does not ask %s for a password by SCRAM-SHA-256, the one way this program takes (%s);"
                      .formatted(address, user, failure.said())
                  + " in the server's pg_hba.conf, let the line of this database say scram-sha-256");
      case PASSWORD ->
          error(
              USER,
              "%s does not let %s in (%s); give the password in the variable PGPASSWORD or in ~/.pgpass,"
                      .formatted(address, user, failure.said())
                  + " as HOST:PORT:DATABASE:USER:PASSWORD");
      case NO_DATABASE ->
          error(
              URL,
              "there is no database '%s' on %s; createdb makes it".formatted(database, address));
      case NO_RIGHT ->
          error(
              USER,
              ("%s may not do this (%s); GRANT CREATE ON DATABASE \"%s\" TO it, or let store.schema"
                      + " name a schema that it owns")
                  .formatted(user, failure.said(), database));
      case PASSING ->
          stopped(
              "no connection to %s (%s); start the server or mend the url, then run again"
                  .formatted(address, failure.said()),
              thrown);
      case OTHER ->
          stopped("the server says: %s (%s)".formatted(failure.said(), failure.state()), thrown);
    };
  }

  /** Not the user's fault, but where it happened is theirs to know. */
  private StoreException stopped(String what, Throwable cause) {
    return new StoreException(error(URL, what).getMessage(), cause);
  }
}
