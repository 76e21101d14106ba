package org.edm2search.campaign.store;

import java.util.function.Function;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
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

  /**
   * Returns a session that is connected now, or closes it.
   *
   * @param failed tells what a database's failure means
   */
  static <S extends StoreSession> S opened(
      S session, Runnable connect, Function<JdbiException, ? extends RuntimeException> failed) {
    try {
      connect.run();
      return session;
    } catch (JdbiException e) {
      session.close();
      throw failed.apply(e);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }
}
