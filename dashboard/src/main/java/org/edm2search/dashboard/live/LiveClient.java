package org.edm2search.dashboard.live;

import io.javalin.http.sse.SseClient;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One open browser page. Messages wait in a bounded queue and are written by one thread at a time,
 * so that a browser that stopped reading delays nobody: it is let go once its queue is full.
 *
 * <p>Thread-safe.
 */
final class LiveClient {

  private static final int QUEUE_LIMIT = 256;

  private final SseClient connection;
  private final String seen;
  private final Executor senders;
  private final Queue<LiveEvent> waiting = new ArrayDeque<>();
  private boolean sending;
  private boolean closed;

  LiveClient(SseClient connection, String seen, Executor senders) {
    this.connection = connection;
    this.seen = seen;
    this.senders = senders;
  }

  /** Returns the digest of the page that the browser was served. */
  String seen() {
    return seen;
  }

  /** Queues messages; an empty list is a sign of life. */
  void send(List<LiveEvent> events) {
    synchronized (this) {
      if (closed) {
        return;
      }
      if (waiting.size() + events.size() > QUEUE_LIMIT) {
        close();
        return;
      }
      waiting.addAll(events);
      if (sending) {
        return;
      }
      sending = true;
    }
    try {
      senders.execute(() -> drain(events.isEmpty()));
    } catch (RejectedExecutionException e) {
      close();
    }
  }

  synchronized boolean isClosed() {
    return closed || connection.terminated();
  }

  void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      waiting.clear();
    }
    connection.close();
  }

  private void drain(boolean signOfLife) {
    try {
      if (signOfLife) {
        connection.sendComment("alive");
      }
      for (LiveEvent event = next(); event != null; event = next()) {
        connection.sendEvent(event.name(), event.content());
      }
    } catch (RuntimeException e) {
      // The browser went away while a message was on its way.
      close();
    }
  }

  private synchronized @Nullable LiveEvent next() {
    LiveEvent event = closed ? null : waiting.poll();
    if (event == null) {
      sending = false;
    }
    return event;
  }
}
