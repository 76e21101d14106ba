package org.edm2search.campaign.store;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.edm2search.space.yaml.InvalidConfigException;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * One thread and the one connection it owns to an embedded database: no server, no port, no lock
 * file. H2 locks the database file itself, and the operating system drops that with the process.
 *
 * <p>A thread interrupted inside H2 closes the file under it. So callers never touch H2: they hand
 * work to this session's own thread, which nobody interrupts, and wait. A caller interrupted
 * meanwhile still waits for the answer, and finds its interrupt flag set afterwards.
 */
final class H2Session implements AutoCloseable {

  private static final long SPARSE_BYTES = 32 << 20;
  private static final int SPARSE_FACTOR = 4;
  private static final int DATABASE_CLOSED = 90121;

  private final StoreFile file;
  private final ExecutorService thread;
  private final Jdbi jdbi;
  private volatile @Nullable Handle handle;
  private volatile @Nullable Object identity;
  private long compactedBytes;

  private H2Session(StoreFile file, Jdbi jdbi) {
    this.file = file;
    this.jdbi = jdbi;
    this.thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread owner = new Thread(work, "trial-store");
              owner.setDaemon(true);
              return owner;
            });
  }

  /** Opens a database whose definitions were checked, or a new file. */
  static H2Session open(StoreFile file) {
    String path = file.path().toString();
    // WRITE_DELAY 0: a commit is in the file when it returns, so that a kill loses nothing.
    // TRACE_LEVEL_FILE 0: reading a damaged file writes no trace file beside it.
    // FILE_LOCK FS: no lock file, which others could forge.
    // DB_CLOSE_ON_EXIT FALSE: a process that is asked to end still stores how its trials ended.
    String url =
        "jdbc:h2:file:%s;FILE_LOCK=FS;WRITE_DELAY=0;TRACE_LEVEL_FILE=0;DB_CLOSE_ON_EXIT=FALSE"
            .formatted(path.substring(0, path.length() - StoreFile.ENDING.length()));
    H2Session session = new H2Session(file, Jdbi.create(url, "sa", ""));
    try {
      session.await(session.thread.submit(session::connect));
      return session;
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private void connect() {
    handle = jdbi.open();
    identity = file.identity();
    compactedBytes = file.size();
  }

  /**
   * Writes the file anew without what was superseded, if that has come to make up most of it: H2
   * only appends. The time this takes is in proportion to what was written since.
   */
  void compactIfSparse() {
    call(
        open -> {
          if (file.size() > Math.max(SPARSE_BYTES, SPARSE_FACTOR * compactedBytes)) {
            shutdownCompact(open);
            disconnect();
            connect();
          }
          return null;
        });
  }

  /** Plain JDBC: Jdbi asks the closed database what the statement's result was. */
  private static void shutdownCompact(Handle open) {
    try (Statement statement = open.getConnection().createStatement()) {
      statement.execute("SHUTDOWN COMPACT");
    } catch (SQLException e) {
      if (e.getErrorCode() != DATABASE_CLOSED) {
        throw new ConnectionException(e);
      }
    }
  }

  /** Runs work on the session's thread and returns its result. */
  <T extends @Nullable Object> T call(Function<Handle, T> work) {
    try {
      return await(thread.submit(() -> work.apply(requireThere())));
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("the store is closed: " + file.path(), e);
    }
  }

  /** Runs work as one transaction. */
  <T extends @Nullable Object> T transact(Function<Handle, T> work) {
    return call(open -> open.inTransaction(work::apply));
  }

  /** A file deleted under its user would go on taking what nobody can read afterwards. */
  private Handle requireThere() {
    Object now = file.identity();
    if (now == null || !Objects.equals(now, identity)) {
      throw new StoreException(
          "%s: the store was deleted or replaced while it was open, so nothing more can be stored;"
                  .formatted(file.path())
              + " 'edm2-search doctor' on its campaign restores backup.zip",
          null);
    }
    return Objects.requireNonNull(handle, "open until closed");
  }

  private <T extends @Nullable Object> T await(Future<T> answer) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return answer.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw unwrapped(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private RuntimeException unwrapped(ExecutionException failure) {
    Throwable cause = failure.getCause();
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof JdbiException) {
      return file.failed(cause);
    }
    return cause instanceof RuntimeException runtime ? runtime : new IllegalStateException(cause);
  }

  private void disconnect() {
    try {
      if (handle != null) {
        handle.close();
      }
    } finally {
      handle = null;
    }
  }

  /**
   * Closes the database.
   *
   * @throws StoreException if what was committed may not be in the file
   * @throws InvalidConfigException if the file turned out to be damaged
   */
  @Override
  public void close() {
    if (thread.isShutdown()) {
      return;
    }
    Future<?> closing = thread.submit(this::disconnect);
    thread.shutdown();
    await(closing);
  }
}
