package org.edm2search.campaign.store;

import java.util.Optional;
import org.edm2search.space.base.Edm2SearchException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.locator.ClasspathSqlLocator;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;

/**
 * Which campaign a schema of PostgreSQL keeps, and which process writes it: the one that holds a
 * lock of the server, which the server drops with the connection, and whose word is in the table
 * {@code owner}, which stays.
 */
final class SchemaOwnership {

  private static final ClasspathSqlLocator FILES = ClasspathSqlLocator.create();
  private static final String LOCK = "lock";
  private static final String SCHEMA = "schema";

  private SchemaOwnership() {}

  private static Query query(Handle handle, String name) {
    return handle.createQuery(FILES.locate(SchemaOwnership.class, name));
  }

  private static Update update(Handle handle, String name) {
    return handle.createUpdate(FILES.locate(SchemaOwnership.class, name));
  }

  /** Returns the number by which the server knows a connection. */
  static int backend(Handle handle) {
    return query(handle, "select-backend").mapTo(int.class).one();
  }

  /** Returns how the database writes text. */
  static String encoding(Handle handle) {
    return query(handle, "select-encoding").mapTo(String.class).one();
  }

  // ---------------------------------------------------------------- which campaign

  /**
   * Makes the schema of a campaign that is new, where there is none, and its tables. One that keeps
   * a campaign which never stored anything is taken: whoever made it was killed right then.
   *
   * @return the schema, perhaps of that campaign
   * @throws Edm2SearchException if it keeps another campaign
   */
  static CampaignSchema create(Handle handle, CampaignSchema wanted, PostgresServer server) {
    if (!query(handle, "select-schema").bind(SCHEMA, wanted.name()).mapTo(boolean.class).one()) {
      handle.execute("CREATE SCHEMA " + wanted.name());
    }
    Optional<String> there = campaign(handle);
    if (there.isEmpty()) {
      StoreStatements.createTables(handle);
      update(handle, "create-owner").execute();
      update(handle, "insert-owner").bind("campaign", wanted.campaign()).execute();
      return wanted;
    }
    if (StoreStatements.revision(handle) > 0) {
      throw another(wanted, server);
    }
    return new CampaignSchema(wanted.name(), there.get());
  }

  private static Edm2SearchException another(CampaignSchema schema, PostgresServer server) {
    return server.error(
        SCHEMA,
        "%s keeps another campaign; name another schema, or go on with that campaign in its own directory"
            .formatted(schema.name()));
  }

  /**
   * Checks that a schema keeps the campaign that it is to keep.
   *
   * @throws Edm2SearchException otherwise, or if it is gone
   */
  static void requireKept(Handle handle, CampaignSchema schema, PostgresServer server) {
    Optional<String> there = campaign(handle);
    if (there.isEmpty()) {
      throw server.gone(schema.name());
    }
    if (!there.get().equals(schema.campaign())) {
      throw another(schema, server);
    }
  }

  private static Optional<String> campaign(Handle handle) {
    return query(handle, "select-tables").mapTo(boolean.class).one()
        ? query(handle, "select-campaign").mapTo(String.class).findOne()
        : Optional.empty();
  }

  // ---------------------------------------------------------------- which process

  /**
   * Whoever writes a campaign.
   *
   * @param backend the server's number of its connection
   * @param application what it calls itself
   * @param user its role
   */
  record Holder(int backend, String application, String user) {

    /** Returns an error for whoever else would write it. */
    StoreException refusal(PostgresServer server) {
      return new StoreException(
          server
              .error(
                  "url",
                  ("this campaign is already being run by '%s', connected as %s; wait for it or stop"
                          + " it (if its machine is gone: SELECT pg_terminate_backend(%d) on the server)")
                      .formatted(application, user, backend))
              .getMessage(),
          null);
    }
  }

  /** Takes the campaign's lock, which the connection holds until it ends. */
  static boolean lock(Handle handle, CampaignSchema schema) {
    return query(handle, "try-lock").bind(LOCK, schema.lock()).mapTo(boolean.class).one();
  }

  /** Returns who holds the campaign's lock; empty if it was dropped meanwhile. */
  static Optional<Holder> holder(Handle handle, CampaignSchema schema) {
    return query(handle, "select-holder")
        .bind(LOCK, schema.lock())
        .map(
            (row, context) ->
                new Holder(
                    row.getInt("pid"),
                    String.valueOf(row.getString("application_name")),
                    String.valueOf(row.getString("usename"))))
        .findFirst();
  }

  /** Ends another connection of the same role; returns before it has ended. */
  static void end(Handle handle, int backend) {
    query(handle, "terminate").bind("pid", backend).mapTo(boolean.class).one();
  }

  /** Says who writes from now on. */
  static void claim(Handle handle, String writer) {
    update(handle, "update-writer").bind("writer", writer).execute();
  }

  /** Returns whether nobody else has said so since. */
  static boolean isClaimedBy(Handle handle, String writer) {
    return query(handle, "select-writer").mapTo(String.class).one().equals(writer);
  }
}
