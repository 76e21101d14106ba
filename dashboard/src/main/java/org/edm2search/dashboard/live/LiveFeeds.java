package org.edm2search.dashboard.live;

import io.javalin.http.sse.SseClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps open pages up to date. Each page that somebody looks at is made anew once a beat, however
 * many look at it; what changed since the beat before is sent to all of them. Nobody looks, nothing
 * is read.
 *
 * <p>Thread-safe. Its threads are never interrupted: they read the store.
 */
public final class LiveFeeds implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LiveFeeds.class);
  private static final int BEATS_BETWEEN_SIGNS_OF_LIFE = 10;

  private static final class Feed {
    private final Supplier<LivePage> source;
    private final List<LiveClient> clients = new ArrayList<>();
    private final List<LiveClient> newcomers = new ArrayList<>();
    private @Nullable LivePage last;

    Feed(Supplier<LivePage> source) {
      this.source = source;
    }
  }

  private final int clientLimit;
  private final Map<String, Feed> feeds = new HashMap<>();
  private final ScheduledExecutorService beats;
  private final ThreadPoolExecutor senders;
  private int clientCount;
  private long beat;
  private boolean closed;

  /**
   * Starts the beat.
   *
   * @param interval time between two looks at the store
   * @param clientLimit open pages at most
   */
  public LiveFeeds(Duration interval, int clientLimit) {
    this.clientLimit = clientLimit;
    AtomicInteger number = new AtomicInteger();
    senders =
        new ThreadPoolExecutor(
            0,
            clientLimit,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> daemon(task, "dashboard-send-" + number.incrementAndGet()));
    beats = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "dashboard-live"));
    // Ends with the executor; a beat logs its own failures.
    var unused =
        beats.scheduleWithFixedDelay(
            this::beat, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Adds a page that somebody opened.
   *
   * @param topic what the page shows; pages of one topic share their reading
   * @param source makes the page's state
   * @param seen digest of the page that the browser was served, empty if unknown
   * @param connection the open connection
   * @return whether there was room
   */
  public boolean join(String topic, Supplier<LivePage> source, String seen, SseClient connection) {
    LiveClient client = new LiveClient(connection, seen, senders);
    synchronized (this) {
      if (closed || clientCount >= clientLimit) {
        return false;
      }
      clientCount++;
      Feed feed = feeds.computeIfAbsent(topic, key -> new Feed(source));
      feed.clients.add(client);
      feed.newcomers.add(client);
    }
    connection.onClose(() -> leave(topic, client));
    connection.keepAlive();
    client.send(List.of());
    return true;
  }

  /** Returns whether no further page may be opened. */
  public synchronized boolean isFull() {
    return closed || clientCount >= clientLimit;
  }

  /** Returns the number of open pages. */
  public synchronized int clientCount() {
    return clientCount;
  }

  private synchronized void leave(String topic, LiveClient client) {
    Feed feed = feeds.get(topic);
    if (feed != null && feed.clients.remove(client)) {
      feed.newcomers.remove(client);
      clientCount--;
      if (feed.clients.isEmpty()) {
        feeds.remove(topic);
      }
    }
  }

  private void beat() {
    Map<String, Feed> open;
    synchronized (this) {
      beat++;
      open = new HashMap<>(feeds);
    }
    open.forEach(
        (topic, feed) -> {
          try {
            update(topic, feed);
          } catch (RuntimeException e) {
            LOG.warn("Live page {} could not be updated", topic, e);
          }
        });
  }

  private void update(String topic, Feed feed) {
    LivePage page = feed.source.get();
    List<LiveEvent> changes = feed.last == null ? page.whole() : page.since(feed.last);
    feed.last = page;
    List<LiveClient> everyone;
    List<LiveClient> newcomers;
    synchronized (this) {
      everyone = List.copyOf(feed.clients);
      newcomers = List.copyOf(feed.newcomers);
      feed.newcomers.clear();
    }
    for (LiveClient client : everyone) {
      if (client.isClosed()) {
        leave(topic, client);
      } else if (newcomers.contains(client)) {
        client.send(page.sinceServed(client.seen()));
      } else if (!changes.isEmpty() || beat % BEATS_BETWEEN_SIGNS_OF_LIFE == 0) {
        client.send(changes);
      }
    }
  }

  /** Says goodbye to every page and ends the threads; waits for the one that reads. */
  @Override
  public void close() {
    List<LiveClient> clients = new ArrayList<>();
    synchronized (this) {
      closed = true;
      feeds.values().forEach(feed -> clients.addAll(feed.clients));
    }
    beats.shutdown();
    try {
      beats.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    clients.forEach(LiveClient::close);
    senders.shutdown();
  }
}
