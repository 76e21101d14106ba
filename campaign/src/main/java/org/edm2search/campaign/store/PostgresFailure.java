package org.edm2search.campaign.store;

import java.security.GeneralSecurityException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a PostgreSQL server or its driver reported.
 *
 * @param state SQLSTATE, empty if there is none; its text depends on the language
 * @param said the first line of the text
 * @param kind what is to be done about it
 */
record PostgresFailure(String state, String said, Kind kind) {

  private static final String REJECTED = "08004";

  /** What is to be done about one. */
  enum Kind {
    /** May be over when one connects again. */
    PASSING,
    /** The server wants to know the user in another way than this program takes. */
    METHOD,
    /** The password is wrong or missing. */
    PASSWORD,
    /** The server lets nobody of that name in from here, or not so. */
    NO_ENTRY,
    /** The server does not encrypt. */
    NO_TLS,
    /** The server's certificate is of another host. */
    OTHER_HOST,
    /** The server's certificate is over, or not valid yet. */
    OUTDATED,
    /** Nobody who is trusted has signed the server's certificate. */
    UNTRUSTED,
    /** One side does not take what the other says of itself. */
    TLS,
    /** What answers is a pooler, or no PostgreSQL server. */
    POOLER,
    /** The server has no such database. */
    NO_DATABASE,
    /** The role may not do it. */
    NO_RIGHT,
    /** The server only reads. */
    READ_ONLY,
    /** The server has no room. */
    FULL,
    /** Anything else. */
    OTHER
  }

  /** Reads what was thrown, or what caused it. */
  static PostgresFailure of(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        // Of a batch, the failure of its statement says more than the batch's own.
        return sql instanceof BatchUpdateException && sql.getNextException() != null
            ? of(sql.getNextException())
            : of(sql);
      }
    }
    return new PostgresFailure("", firstLine(thrown), Kind.OTHER);
  }

  private static PostgresFailure of(SQLException failure) {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    String said = firstLine(failure);
    Throwable security = security(failure.getCause());
    if (security == null) {
      return new PostgresFailure(state, said, kind(state, said));
    }
    String why = firstLine(security);
    if (security instanceof CertificateExpiredException
        || security instanceof CertificateNotYetValidException) {
      return new PostgresFailure(state, why, Kind.OUTDATED);
    }
    return new PostgresFailure(
        state, why, security instanceof GeneralSecurityException ? Kind.UNTRUSTED : Kind.TLS);
  }

  /** Returns the deepest cause that is about who is who, if there is one. */
  private static @Nullable Throwable security(@Nullable Throwable cause) {
    Throwable found = null;
    for (Throwable at = cause; at != null; at = at.getCause()) {
      // An alert is the other side's word, and no word of the network's.
      if (at instanceof GeneralSecurityException
          || at instanceof SSLException && firstLine(at).contains("alert")) {
        found = at;
      }
    }
    return found;
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage())
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst("^FATAL: ", "");
  }

  /** The driver's texts are translated; the words looked for here are not. */
  private static Kind kind(String state, String said) {
    if (said.contains("requireAuth")) {
      return Kind.METHOD;
    }
    if (said.contains("HostnameVerifier")) {
      return Kind.OTHER_HOST;
    }
    if (state.equals(REJECTED)) {
      return said.contains("SSL") ? Kind.NO_TLS : Kind.PASSWORD;
    }
    // Connection exceptions; operator intervention, such as a shutdown; too many connections.
    boolean passing = state.startsWith("08") || state.startsWith("57P") || state.equals("53300");
    return switch (state) {
      case "28P01" -> Kind.PASSWORD;
      case "28000" -> Kind.NO_ENTRY;
      case "08P01" -> Kind.POOLER;
      case "3D000" -> Kind.NO_DATABASE;
      case "42501" -> Kind.NO_RIGHT;
      case "25006" -> Kind.READ_ONLY;
      case "53100" -> Kind.FULL;
      default -> passing ? Kind.PASSING : Kind.OTHER;
    };
  }

  /** Returns whether it may be over when one connects again. */
  boolean passing() {
    return kind == Kind.PASSING;
  }
}
