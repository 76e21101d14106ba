package org.edm2search.campaign.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.edm2search.space.yaml.InvalidConfigException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread and the one connection it owns.
 *
 * <p><b>Interrupts.</b> A thread interrupted inside H2 closes the file under every other user of
 * the database. So callers never touch H2: they hand work to this session's own thread, which
 * nobody interrupts, and wait. A caller interrupted meanwhile still waits for the answer, and finds
 * its interrupt flag set afterwards.
 *
 * <p><b>Several processes.</b> The first process to open the file serves it to the others over
 * loopback (H2's AUTO_SERVER). When that process ends, the connection of the others breaks; the
 * session then opens the file again and repeats the work, which is why work must be repeatable.
 */
final class H2Session implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(H2Session.class);

  private static final int ALREADY_IN_USE = 90020;

  /** Object closed, connection broken, database closed, closed by the JVM's shutdown. */
  private static final Set<Integer> LOST = Set.of(90007, 90067, 90098, 90121);

  private static final int ATTEMPTS = 6;
  private static final long FIRST_PAUSE_MILLIS = 50;

  static {
    // Read once when H2's classes load: its server must not be reachable from other machines.
    if (System.getProperty("h2.bindAddress") == null) {
      System.setProperty("h2.bindAddress", "127.0.0.1");
    }
  }

  private final Path file;
  private final String url;
  private final ExecutorService thread;
  private Handle handle;

  /**
   * Opens the database.
   *
   * @param file the database file, {@code *.mv.db}
   */
  H2Session(Path file) {
    this.file = file.toAbsolutePath().normalize();
    String path = this.file.toString();
    if (!path.endsWith(".mv.db")) {
      throw new IllegalArgumentException("a store's file ends in .mv.db, but is " + path);
    }
    if (path.contains(";")) {
      throw new InvalidConfigException(path, "the path of a store must not contain ';'");
    }
    // WRITE_DELAY 0: a commit is in the file when it returns, so that a kill loses nothing.
    // TRACE_LEVEL_FILE 0: reading a damaged file writes no trace file beside it.
    this.url =
        "jdbc:h2:file:%s;FILE_LOCK=FS;DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0;TRACE_LEVEL_FILE=0"
            .formatted(path.substring(0, path.length() - ".mv.db".length()));
    this.thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread owner = new Thread(work, "trial-store");
              owner.setDaemon(true);
              return owner;
            });
    try {
      await(thread.submit(() -> reconnecting(session -> null)));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Runs repeatable work on the session's thread and returns its result. */
  <T> T call(Function<Handle, T> work) {
    try {
      return await(thread.submit(() -> reconnecting(work)));
    } catch (JdbiException | InvalidConfigException e) {
      throw new StoreException("%s: %s".formatted(file, reason(e)), e);
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("the store is closed: " + file, e);
    }
  }

  /** Runs repeatable work as one transaction. */
  <T> T transact(Function<Handle, T> work) {
    return call(session -> session.inTransaction(work::apply));
  }

  private static <T> T await(Future<T> answer) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return answer.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          if (e.getCause() instanceof RuntimeException cause) {
            throw cause;
          }
          if (e.getCause() instanceof Error cause) {
            throw cause;
          }
          throw new IllegalStateException(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  // ---------------------------------------------------------------- on the session's thread

  private <T> T reconnecting(Function<Handle, T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        if (handle == null) {
          open();
        }
        return work.apply(handle);
      } catch (JdbiException e) {
        int code = code(e);
        if (attempt == ATTEMPTS || !(LOST.contains(code) || code == ALREADY_IN_USE)) {
          throw code == ALREADY_IN_USE ? locked(e) : e;
        }
        LOG.info("store {}: connection lost ({}), opening it again", file, code);
        disconnect();
        pause(FIRST_PAUSE_MILLIS << attempt);
      }
    }
  }

  private void open() {
    if (!Files.isDirectory(file.getParent())) {
      throw new InvalidConfigException(file.toString(), "no such directory");
    }
    Handle opened;
    try {
      opened = Jdbi.create(url, "sa", "").open();
    } catch (JdbiException e) {
      if (code(e) == ALREADY_IN_USE || LOST.contains(code(e))) {
        throw e;
      }
      throw damaged(e);
    }
    handle = opened;
    try {
      int version = Migrations.version(opened);
      if (version > Migrations.NEWEST) {
        throw new InvalidConfigException(
            file.toString(),
            "written by a newer edm2-search (schema %d, this version knows up to %d); use that version"
                .formatted(version, Migrations.NEWEST));
      }
      Migrations.apply(opened, version);
    } catch (JdbiException e) {
      if (LOST.contains(code(e))) {
        throw e;
      }
      disconnect();
      throw damaged(e);
    }
  }

  private void disconnect() {
    try {
      if (handle != null) {
        handle.close();
      }
    } catch (JdbiException e) {
      LOG.debug("closing a lost connection", e);
    } finally {
      handle = null;
    }
  }

  private InvalidConfigException damaged(JdbiException e) {
    InvalidConfigException error =
        new InvalidConfigException(
            file.toString(),
            ("is damaged or no campaign store (%s); move it aside (mv %2$s %2$s.damaged), then"
                    + " restore a copy (unzip backup.zip beside it) or start a new campaign directory;"
                    + " checkpoints in trials/ are unharmed")
                .formatted(reason(e), file.getFileName()));
    error.initCause(e);
    return error;
  }

  private StoreException locked(JdbiException e) {
    return new StoreException(
        "%s: locked by another process that does not answer (%s); end that process and try again"
            .formatted(file, reason(e)),
        e);
  }

  private static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null && !(cause instanceof SQLException)) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage());
    return message.lines().findFirst().orElse("").replaceAll("; SQL statement:.*", "");
  }

  private static int code(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return sql.getErrorCode();
      }
    }
    return 0;
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a store's thread", e);
    }
  }

  /** Closes the connection, and the database if nobody else uses it. */
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
