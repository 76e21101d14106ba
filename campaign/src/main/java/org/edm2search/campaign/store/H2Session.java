package org.edm2search.campaign.store;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.edm2search.space.yaml.InvalidConfigException;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an embedded database: no server, no port, no lock file. H2 locks the database
 * file itself, and the operating system drops that with the process. A thread interrupted inside H2
 * would close the file under it.
 */
final class H2Session implements StoreSession {

  private static final long SPARSE_BYTES = 32 << 20;
  private static final int SPARSE_FACTOR = 4;
  private static final int WRITES_BETWEEN_LOOKS = 256;
  private static final int DATABASE_CLOSED = 90121;

  private final StoreFile file;
  private final Jdbi jdbi;
  private final SessionThread thread;
  private volatile @Nullable Handle handle;
  private volatile @Nullable Object identity;
  private long compactedBytes;

  private H2Session(StoreFile file, Jdbi jdbi) {
    this.file = file;
    this.jdbi = jdbi;
    this.thread = new SessionThread(file.path().toString());
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
    H2Session session = new H2Session(file, StoreStatements.told(Jdbi.create(url, "sa", "")));
    return StoreSession.opened(session, () -> session.thread.run(session::connect), file::failed);
  }

  private void connect() {
    handle = jdbi.open();
    identity = file.identity();
    compactedBytes = file.size();
  }

  @Override
  public <T extends @Nullable Object> T read(Function<Handle, T> work) {
    return call(work);
  }

  @Override
  public boolean write(long revision, Predicate<Handle> work) {
    boolean changed =
        call(
            open ->
                open.inTransaction(
                    transaction -> StoreStatements.counted(transaction, revision, work)));
    if (changed && revision % WRITES_BETWEEN_LOOKS == 0) {
      compactIfSparse();
    }
    return changed;
  }

  /** Runs work between transactions and returns its result. */
  <T extends @Nullable Object> T call(Function<Handle, T> work) {
    try {
      return thread.call(() -> work.apply(requireThere()));
    } catch (JdbiException e) {
      throw file.failed(e);
    }
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

  /**
   * Writes the file anew without what was superseded, if that has come to make up most of it: H2
   * only appends. The time this takes is in proportion to what was written since.
   */
  private void compactIfSparse() {
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
    try {
      thread.end(this::disconnect);
    } catch (JdbiException e) {
      throw file.failed(e);
    }
  }
}
