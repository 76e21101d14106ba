package org.edm2search.campaign.store;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.edm2search.space.base.Edm2SearchException;

/** A store in a schema of a PostgreSQL database, owned by the one process that has it open. */
public final class PostgresTrialStore extends SqlTrialStore {

  private final PostgresSession session;

  private PostgresTrialStore(PostgresSession session, long revision) {
    super(session, revision);
    this.session = session;
  }

  @Override
  public void onConnectionNews(Consumer<String> listener) {
    session.onConnectionNews(listener);
  }

  @Override
  public void waitNoLonger() {
    session.waitNoLonger();
  }

  /**
   * Opens a campaign's store, creating the schema if the campaign has none.
   *
   * @param directory the campaign's: {@code store.json} in it says which schema is its own
   * @throws Edm2SearchException if the server cannot be had or refuses, another process has the
   *     store, or it is gone
   */
  public static TrialStore open(StoreOnServer settings, Path directory) {
    Path file = file(directory);
    PostgresServer server = settings.server();
    String name = String.valueOf(directory.getFileName());
    String application =
        "edm2-search %d@%s %s".formatted(ProcessHandle.current().pid(), host(), name);
    Optional<CampaignSchema> known = CampaignSchema.read(file);
    CampaignSchema schema =
        known
            .map(there -> settings.schema().map(there::named).orElse(there))
            .orElseGet(
                () ->
                    PostgresSession.create(
                        server, CampaignSchema.draw(settings.schema(), name), application));
    PostgresSession session =
        PostgresSession.open(server, schema, application, settings.reconnect());
    try {
      int version = session.read(StoreStatements::version);
      if (version > StoreStatements.SCHEMA) {
        throw server.error(
            "url",
            "the schema %s was written by a newer edm2-search (schema %d, this version knows up to %d); use that version"
                .formatted(schema.name(), version, StoreStatements.SCHEMA));
      }
      TrialStore store = new PostgresTrialStore(session, session.read(StoreStatements::revision));
      if (!known.equals(Optional.of(schema))) {
        schema.write(file);
      }
      return store;
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** Returns the file of a campaign's directory that says which schema is its own. */
  public static Path file(Path directory) {
    return directory.resolve("store.json");
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "?";
    }
  }

  /** Does nothing: {@code pg_dump} copies what a server keeps. */
  @Override
  public void backup(Path file) {}
}
