package org.edm2search.campaign.store;

import java.time.Duration;
import java.util.Optional;
import org.edm2search.space.yaml.DurationKey;
import org.edm2search.space.yaml.Section;

/**
 * Trials are kept by a PostgreSQL server.
 *
 * @param server the database and who connects
 * @param schema of that database; empty for one that the campaign makes for itself
 * @param reconnect how long to try after the connection was lost, 0s to 24h
 */
public record StoreOnServer(PostgresServer server, Optional<String> schema, Duration reconnect)
    implements StoreSettings {

  private static final String DEFAULT_RECONNECT = "2m";

  static StoreOnServer read(Section section) {
    return new StoreOnServer(
        PostgresServer.read(section),
        CampaignSchema.readName(section),
        DurationKey.read(section, "reconnect", DEFAULT_RECONNECT, Duration.ZERO));
  }
}
