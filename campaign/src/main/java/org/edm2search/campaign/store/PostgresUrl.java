package org.edm2search.campaign.store;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.edm2search.space.yaml.Section;

/**
 * A database of a PostgreSQL server.
 *
 * @param address host and port
 * @param database its name
 * @param tls how the connection is encrypted
 */
record PostgresUrl(String address, String database, TlsParameters tls) {

  private static final Pattern FORM =
      Pattern.compile(
          "postgresql://(?<host>[A-Za-z0-9][A-Za-z0-9.-]*|\\[[0-9A-Fa-f:]+])(:(?<port>\\d{1,5}))?"
              + "/(?<database>[A-Za-z0-9_][A-Za-z0-9_.-]{0,62})(\\?(?<parameters>[^%#\\p{Cntrl}]+))?");

  private static final int DEFAULT_PORT = 5432;
  private static final int LAST_PORT = 65_535;

  /** Reads a key of a section. */
  static PostgresUrl read(Section section, String key) {
    String text = section.string(key);
    Matcher url = FORM.matcher(text);
    int port = DEFAULT_PORT;
    if (url.matches() && url.group("port") != null) {
      port = Integer.parseInt(url.group("port"));
    }
    if (!url.matches() || port < 1 || port > LAST_PORT) {
      throw section.error(
          key,
          "must be postgresql://HOST:PORT/DATABASE, without user and password, perhaps with"
              + " ?sslmode=verify-full, but is '%s'".formatted(withoutPassword(text)));
    }
    TlsParameters tls =
        TlsParameters.read(
            Optional.ofNullable(url.group("parameters")).orElse(""),
            rule -> section.error(key, withoutPassword(rule)));
    return new PostgresUrl(url.group("host") + ":" + port, url.group("database"), tls);
  }

  /** What is written in a file by mistake need not be in logs, too. */
  private static String withoutPassword(String url) {
    return url.replaceAll("//.*@", "//...@").replaceAll("(?i)password=[^&]*", "password=...");
  }

  /** Returns it in its full form. */
  String text() {
    return "postgresql://%s/%s%s".formatted(address, database, tls.text());
  }
}
