package org.edm2search.campaign.store;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.edm2search.space.base.Edm2SearchException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a PostgreSQL server. One that is lost is made again for some time, during which
 * callers wait: then work goes on if nobody else has written the campaign since.
 */
final class PostgresSession implements StoreSession {

  private static final Logger LOG = LoggerFactory.getLogger(PostgresSession.class);
  private static final long PAUSE_MILLIS = 200;

  /** A server drops the lock of a process that was killed a moment after. */
  private static final int ATTEMPTS = 10;

  /** A server that answers at all does so by then, and one can wait so long for a run's end. */
  private static final Duration LAST_PATIENCE = Duration.ofSeconds(10);

  private final PostgresServer server;
  private final CampaignSchema schema;
  private final Duration reconnect;
  private final Jdbi jdbi;
  private final SessionThread thread;
  private final String writer = UUID.randomUUID().toString();
  private @Nullable Handle handle;
  private int backend;
  private volatile Consumer<String> listener = news -> {};

  /** Whether a connection that was lost is being made again. */
  private volatile boolean lost;

  /** Since when somebody waits for the end; empty before. */
  private volatile OptionalLong hurried = OptionalLong.empty();

  private volatile boolean abandoned;

  private PostgresSession(
      PostgresServer server, CampaignSchema schema, String application, Duration reconnect) {
    this.server = server;
    this.schema = schema;
    this.reconnect = reconnect;
    this.jdbi = StoreStatements.told(Jdbi.create(() -> server.connect(application, schema.name())));
    this.thread = new SessionThread(server.url(), this::patience);
  }

  /**
   * Makes a schema for a campaign that has none.
   *
   * @return which schema keeps which campaign
   */
  static CampaignSchema create(PostgresServer server, CampaignSchema wanted, String application) {
    try (Handle handle = Jdbi.create(() -> server.connect(application, wanted.name())).open()) {
      server.requireVersion(handle.getConnection());
      server.requireDirect(handle.getConnection(), SchemaOwnership.backend(handle));
      server.requireEncoding(SchemaOwnership.encoding(handle));
      return handle.inTransaction(open -> SchemaOwnership.create(open, wanted, server));
    } catch (JdbiException e) {
      throw server.failed(e);
    }
  }

  /**
   * Opens a schema that keeps a campaign.
   *
   * @param application how others see the connection
   * @param reconnect how long to try after a connection was lost
   * @throws Edm2SearchException if another process writes it, it is gone, or the server refuses
   */
  static PostgresSession open(
      PostgresServer server, CampaignSchema schema, String application, Duration reconnect) {
    PostgresSession session = new PostgresSession(server, schema, application, reconnect);
    return StoreSession.opened(session, () -> session.thread.run(session::connect), server::failed);
  }

  private void connect() {
    Handle open = jdbi.open();
    handle = open;
    server.requireVersion(open.getConnection());
    backend = SchemaOwnership.backend(open);
    server.requireDirect(open.getConnection(), backend);
    SchemaOwnership.requireKept(open, schema, server);
    for (int attempt = 1; !SchemaOwnership.lock(open, schema); attempt++) {
      Optional<SchemaOwnership.Holder> holder = SchemaOwnership.holder(open, schema);
      if (holder.isPresent() && attempt >= ATTEMPTS) {
        throw holder.get().refusal(server);
      }
      pause();
    }
    SchemaOwnership.claim(open, writer);
  }

  @Override
  public <T extends @Nullable Object> T read(Function<Handle, T> work) {
    return thread.call(() -> untilAnswered(work));
  }

  @Override
  public boolean write(long revision, Predicate<Handle> work) {
    return thread.call(() -> untilAnswered(new Transaction(revision, work)));
  }

  /** Work whose answer may have been lost although the server committed it. */
  private final class Transaction implements Function<Handle, Boolean> {
    private final long revision;
    private final Predicate<Handle> work;
    private boolean again;

    Transaction(long revision, Predicate<Handle> work) {
      this.revision = revision;
      this.work = work;
    }

    @Override
    public Boolean apply(Handle open) {
      if (again) {
        long there = StoreStatements.revision(open);
        if (there == revision) {
          return true;
        }
        if (there != revision - 1) {
          throw new StoreException(
              "%s: the server is at revision %d of this campaign but had confirmed %d, as after a copy was restored; run again to go on from there"
                  .formatted(server.url(), there, revision - 1),
              null);
        }
      }
      again = true;
      return open.inTransaction(
          transaction -> StoreStatements.counted(transaction, revision, work));
    }
  }

  /** Fails calls that wait for a lost connection, and from then on all. */
  void waitNoLonger() {
    if (hurried.isEmpty()) {
      hurried = OptionalLong.of(System.nanoTime());
    }
  }

  /** A network that swallows everything is no lost connection until the driver notices. */
  private Optional<StoreException> patience(Duration waited) {
    OptionalLong since = hurried;
    if (!abandoned && since.isPresent()) {
      long hurry = Math.min(System.nanoTime() - since.getAsLong(), waited.toNanos());
      abandoned = lost || hurry >= LAST_PATIENCE.toNanos();
    }
    return abandoned ? Optional.of(new StoreAbandonedException(server.url())) : Optional.empty();
  }

  private <T extends @Nullable Object> T untilAnswered(Function<Handle, T> work) {
    while (true) {
      try {
        return work.apply(Objects.requireNonNull(handle, "open until closed"));
      } catch (JdbiException e) {
        PostgresFailure failure = PostgresFailure.of(e);
        if (!failure.passing()) {
          throw ended(e);
        }
        tell(
            "the connection to %s was lost (%s); waiting up to %,d s for it"
                .formatted(server.url(), failure.said(), reconnect.toSeconds()));
        lost = true;
        connectAgain();
        lost = false;
        tell("the connection to %s is there again".formatted(server.url()));
      }
    }
  }

  void onConnectionNews(Consumer<String> told) {
    listener = told;
  }

  private void tell(String news) {
    LOG.warn(news);
    listener.accept(news);
  }

  private void connectAgain() {
    long end = System.nanoTime() + reconnect.toNanos();
    while (true) {
      disconnect();
      if (abandoned) {
        throw new StoreAbandonedException(server.url());
      }
      boolean last = System.nanoTime() - end >= 0;
      try {
        if (resume(jdbi.open(), last)) {
          return;
        }
      } catch (JdbiException e) {
        if (last || !PostgresFailure.of(e).passing()) {
          throw ended(e);
        }
      }
      pause();
    }
  }

  /**
   * Goes on with a new connection.
   *
   * @param last whether there is no time for another attempt
   * @return false where the old one has not ended yet
   */
  private boolean resume(Handle open, boolean last) {
    handle = open;
    if (!SchemaOwnership.lock(open, schema)) {
      Optional<SchemaOwnership.Holder> holder = SchemaOwnership.holder(open, schema);
      if (holder.isPresent() && (last || holder.get().backend() != backend)) {
        throw holder.get().refusal(server);
      }
      // To the server the old connection may look alive, whatever became of the network.
      holder.ifPresent(old -> SchemaOwnership.end(open, old.backend()));
      return false;
    }
    if (!SchemaOwnership.isClaimedBy(open, writer)) {
      throw new StoreException(
          server.url()
              + ": another process has run this campaign while the connection was lost, so this one"
              + " ends; what it has stored is there",
          null);
    }
    backend = SchemaOwnership.backend(open);
    return true;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a store's thread", e);
    }
  }

  /** A store that was open can no longer be used, whatever the reason. */
  private StoreException ended(JdbiException failure) {
    return new StoreException(server.failed(failure).getMessage(), failure);
  }

  private void disconnect() {
    if (handle != null) {
      try {
        handle.close();
      } catch (JdbiException e) {
        LOG.debug("a connection that was lost", e);
      } finally {
        handle = null;
      }
    }
  }

  /** Ends the connection, and with it the claim to the campaign. */
  @Override
  public void close() {
    try {
      thread.end(this::disconnect);
    } catch (StoreAbandonedException e) {
      LOG.debug("the connection ends when its thread gets there", e);
    }
  }
}
