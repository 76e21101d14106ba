package org.edm2search.campaign.store;

import java.util.function.Function;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The one connection to a database that keeps a campaign. Thread-safe; callers may be interrupted.
 */
sealed interface StoreSession extends AutoCloseable permits H2Session, PostgresSession {

  /** Runs work that only reads; more than once if the connection is lost and found again. */
  <T extends @Nullable Object> T read(Function<Handle, T> work);

  /**
   * Runs work as one transaction, durable when this returns; the work more than once if the
   * connection is lost and found again, the transaction once.
   *
   * @param revision of the store afterwards, if the work says that it changed anything
   * @return what the work said
   */
  boolean write(long revision, Predicate<Handle> work);

  @Override
  void close();
}
