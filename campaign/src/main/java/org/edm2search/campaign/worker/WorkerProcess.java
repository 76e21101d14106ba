package org.edm2search.campaign.worker;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.space.base.Edm2SearchException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running worker, seen from the campaign's side, and the trial it has. */
final class WorkerProcess {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);
  private static final int MOST_LOGGED_LINES = 1000;

  /** What a worker says, and that it ended; called on a thread of the worker's own. */
  interface Listener {
    void heard(WorkerProcess worker, News news);

    void ended(WorkerProcess worker, WorkerExit exit);
  }

  private final int number;
  private final Process process;
  private final OutputStream orders;
  private final Thread reader;
  private Optional<AssignedTrial> assignment = Optional.empty();
  private boolean ready;
  private Optional<News.Unable> unable = Optional.empty();

  /** Set before the process is killed for what it did. */
  private volatile Optional<WorkerFault> fault = Optional.empty();

  private int loggedLines;

  /** Why Java does not start: the first words that it prints. */
  private volatile String firstWords = "";

  private WorkerProcess(int number, Process process, Listener listener) {
    this.number = number;
    this.process = process;
    this.orders = process.getOutputStream();
    this.reader = new Thread(() -> read(listener), "worker-" + number);
    reader.setDaemon(true);
  }

  /** Starts a process. */
  static WorkerProcess start(int number, WorkerLaunch launch, Listener listener) {
    try {
      WorkerProcess worker = new WorkerProcess(number, launch.process(number).start(), listener);
      worker.reader.start();
      return worker;
    } catch (IOException e) {
      throw new Edm2SearchException("cannot start a worker process: " + e.getMessage(), e);
    }
  }

  private void read(Listener listener) {
    try (InputStream in = new BufferedInputStream(process.getInputStream())) {
      Optional<News> news = Wire.readNews(in, this::log);
      while (news.isPresent()) {
        listener.heard(this, news.get());
        news = Wire.readNews(in, this::log);
      }
    } catch (IOException e) {
      LOG.debug("worker {} closed its output", number, e);
    } catch (Edm2SearchException e) {
      LOG.error("worker {}", number, e);
      fault = Optional.of(new WorkerFault(FailureKind.CRASHED, e.getMessage()));
      process.destroyForcibly();
    }
    try {
      listener.ended(this, new WorkerExit(process.waitFor()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void log(String line) {
    if (firstWords.isEmpty() && !line.contains("during initialization of VM")) {
      firstWords = line.replaceFirst("^[#\\s]+", "").strip();
    }
    if (loggedLines++ < MOST_LOGGED_LINES) {
      LOG.info("worker {} printed: {}", number, line);
    }
  }

  int number() {
    return number;
  }

  /** Returns the first words that the process printed beside its news; empty for none. */
  String firstWords() {
    return firstWords;
  }

  boolean free() {
    return assignment.isEmpty() && process.isAlive();
  }

  Optional<AssignedTrial> assignment() {
    return assignment;
  }

  boolean ready() {
    return ready;
  }

  Optional<WorkerFault> fault() {
    return fault;
  }

  Optional<News.Unable> unable() {
    return unable;
  }

  long pid() {
    return process.pid();
  }

  void becomeReady() {
    ready = true;
  }

  void becomeUnable(News.Unable why) {
    unable = Optional.of(why);
  }

  void assign(AssignedTrial trial) {
    assignment = Optional.of(trial);
    send(trial.order());
  }

  void release() {
    assignment = Optional.empty();
  }

  /** Sends an order; a process that died meanwhile is noticed by its end. */
  void send(Order order) {
    try {
      Wire.write(orders, order);
    } catch (IOException e) {
      LOG.debug("worker {} does not take orders", number, e);
    }
  }

  /** Kills the process for something it should not have done. */
  void endFor(WorkerFault why) {
    fault = Optional.of(why);
    process.destroyForcibly();
  }

  /** Asks the process to end: it does when its orders end. */
  void dismiss() {
    try {
      orders.close();
    } catch (IOException e) {
      LOG.debug("worker {} is gone", number, e);
    }
  }

  /** Waits for the end of the process, and kills it if that does not come. */
  void awaitEnd(long millis) {
    try {
      if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
