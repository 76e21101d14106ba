package org.edm2search.campaign.worker;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.edm2search.campaign.InProcessExecutor;
import org.edm2search.campaign.Objective;
import org.edm2search.campaign.TrialEnd;
import org.edm2search.campaign.TrialProgress;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.space.LossPoint;
import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker's side: takes trials from a campaign and evaluates them, one at a time, until the
 * campaign's end of the line closes.
 */
public final class Worker {

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final long BETWEEN_REPORTS_NANOS = 100_000_000;

  private final InputStream in;
  private final OutputStream out;
  private final Runnable orphaned;
  private final BlockingQueue<Optional<Assignment>> assignments = new LinkedBlockingQueue<>();

  /**
   * Creates a worker.
   *
   * @param in orders
   * @param out news; nothing else may be written there
   * @param orphaned called, on a thread of its own, when the orders end; it should end the process,
   *     since a trial may be running
   */
  public Worker(InputStream in, OutputStream out, Runnable orphaned) {
    this.in = new BufferedInputStream(in);
    this.out = out;
    this.orphaned = orphaned;
  }

  /**
   * Evaluates what the campaign orders; returns when the orders end.
   *
   * @param objective made first of all, on this thread; its failure is told before it is thrown
   */
  public void serve(Supplier<? extends Objective> objective) {
    Thread reader = new Thread(this::read, "orders");
    reader.setDaemon(true);
    reader.start();
    Objective made;
    try {
      made = objective.get();
    } catch (RuntimeException | OutOfMemoryError e) {
      TrialEnd.Failed failure = TrialEnd.Failed.of(0, e);
      send(new News.Unable(failure.kind(), failure.reason()));
      throw e;
    }
    send(new News.Ready());
    Optional<Assignment> next = next();
    while (next.isPresent()) {
      Assignment assignment = next.get();
      send(
          new News.Ended(InProcessExecutor.evaluate(made, assignment.order.request(), assignment)));
      next = next();
    }
  }

  private Optional<Assignment> next() {
    try {
      return assignments.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private void send(News news) {
    try {
      Wire.write(out, news);
    } catch (IOException e) {
      throw new UncheckedIOException("the campaign does not listen", e);
    }
  }

  private void read() {
    Optional<Assignment> current = Optional.empty();
    try {
      Optional<Order> order = Wire.readOrder(in, line -> LOG.warn("no order: {}", line));
      while (order.isPresent()) {
        if (order.get() instanceof Order.Run run) {
          current = Optional.of(new Assignment(run));
          assignments.add(current);
        } else if (current.isPresent() && current.get().order.trial() == order.get().trial()) {
          current.get().take(order.get());
        }
        order = Wire.readOrder(in, line -> LOG.warn("no order: {}", line));
      }
    } catch (IOException | Edm2SearchException e) {
      LOG.error("the campaign's orders cannot be read", e);
    } finally {
      current.ifPresent(Assignment::abandon);
      assignments.add(Optional.empty());
      orphaned.run();
    }
  }

  /** A trial of this worker, and what the campaign said about it since. */
  private final class Assignment implements TrialProgress {
    private final Order.Run order;
    private final Semaphore stored = new Semaphore(0);
    private volatile boolean stop;
    private volatile boolean abandoned;
    private @Nullable Phase reportedPhase;
    private long reportedAt;

    Assignment(Order.Run order) {
      this.order = order;
    }

    void take(Order said) {
      if (said instanceof Order.Stop) {
        stop = true;
      } else if (said instanceof Order.GoOn) {
        stored.release();
      }
    }

    void abandon() {
      abandoned = true;
      stored.release();
    }

    @Override
    public synchronized void report(
        Phase phase, long done, long total, OptionalDouble loss, double imagesPerSecond) {
      long now = System.nanoTime();
      if (phase != reportedPhase || done == total || now - reportedAt >= BETWEEN_REPORTS_NANOS) {
        reportedPhase = phase;
        reportedAt = now;
        send(new News.Progressed(order.trial(), phase, done, total, loss, imagesPerSecond));
      }
    }

    /** Waits until the point is stored, so that a checkpoint written after it cannot outlive it. */
    @Override
    public void record(LossPoint point) {
      send(new News.Point(order.trial(), point));
      stored.acquireUninterruptibly();
      if (abandoned) {
        throw new Edm2SearchException("the campaign ended");
      }
    }

    @Override
    public boolean stopRequested() {
      return stop;
    }
  }
}
