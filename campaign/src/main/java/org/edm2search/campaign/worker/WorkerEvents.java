package org.edm2search.campaign.worker;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.edm2search.space.base.Edm2SearchException;

/** Brings what happens on the workers' threads to the campaign's. */
final class WorkerEvents implements WorkerProcess.Listener {

  private static final long POLL_MILLIS = 100;

  /** So much may wait to be read before workers have to wait. */
  private static final int MOST_EVENTS = 1_000;

  /** Something that happened to a worker: news, or that it ended. */
  record Event(WorkerProcess worker, Optional<News> news, Optional<WorkerExit> exit) {}

  private final BlockingQueue<Event> waiting = new LinkedBlockingQueue<>(MOST_EVENTS);
  private volatile boolean closed;

  @Override
  public void heard(WorkerProcess worker, News news) {
    put(new Event(worker, Optional.of(news), Optional.empty()));
  }

  @Override
  public void ended(WorkerProcess worker, WorkerExit exit) {
    put(new Event(worker, Optional.empty(), Optional.of(exit)));
  }

  private void put(Event event) {
    try {
      while (!closed && !waiting.offer(event, POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        // full: ask again whether anybody still waits for events
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the next event, or nothing after a moment without one. */
  Optional<Event> next() {
    try {
      return Optional.ofNullable(waiting.poll(POLL_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Edm2SearchException("interrupted while trials run", e);
    }
  }

  /** Lets workers end though nobody waits for events any more. */
  void close() {
    closed = true;
  }
}
