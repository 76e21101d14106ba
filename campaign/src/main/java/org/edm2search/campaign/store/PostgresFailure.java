package org.edm2search.campaign.store;

import java.sql.BatchUpdateException;
import java.sql.SQLException;

/**
 * What a PostgreSQL server or its driver reported.
 *
 * @param state SQLSTATE, empty if there is none; its text depends on the language
 * @param said the first line of the text
 */
record PostgresFailure(String state, String said) {

  private static final String REJECTED = "08004";

  /** What is to be done about one. */
  enum Kind {
    /** May be over when one connects again. */
    PASSING,
    /** The server wants to know the user in another way than this program takes. */
    METHOD,
    /** The password is wrong or missing, or the server lets nobody of that name in. */
    PASSWORD,
    /** The server has no such database. */
    NO_DATABASE,
    /** The role may not do it. */
    NO_RIGHT,
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
            : new PostgresFailure(
                sql.getSQLState() == null ? "" : sql.getSQLState(), firstLine(sql));
      }
    }
    return new PostgresFailure("", firstLine(thrown));
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage())
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst("^FATAL: ", "");
  }

  /** Returns what is to be done about it. */
  Kind kind() {
    if (said.contains("requireAuth")) {
      return Kind.METHOD;
    }
    if (state.startsWith("28") || state.equals(REJECTED)) {
      return Kind.PASSWORD;
    }
    // Connection exceptions; operator intervention, such as a shutdown; too many connections.
    if (state.startsWith("08") || state.startsWith("57P") || state.equals("53300")) {
      return Kind.PASSING;
    }
    return switch (state) {
      case "3D000" -> Kind.NO_DATABASE;
      case "42501" -> Kind.NO_RIGHT;
      default -> Kind.OTHER;
    };
  }

  /** Returns whether it may be over when one connects again. */
  boolean passing() {
    return kind() == Kind.PASSING;
  }
}
