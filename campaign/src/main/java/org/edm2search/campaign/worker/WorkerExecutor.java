package org.edm2search.campaign.worker;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.edm2search.campaign.TrialEnd;
import org.edm2search.campaign.TrialExecutor;
import org.edm2search.campaign.TrialProgress;
import org.edm2search.campaign.TrialRequest;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.space.base.Edm2SearchException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs trials in worker processes, one in each. A worker that dies, whether of a native crash or
 * for want of memory, takes the attempt at its trial with it, and nothing else: the next one gets a
 * fresh process. One that is silent for too long is ended. Processes are started when they are
 * first needed.
 */
public final class WorkerExecutor implements TrialExecutor {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerExecutor.class);
  private static final long POLL_MILLIS = 100;
  private static final long TO_END_MILLIS = 5_000;

  /** So much may wait to be read before workers have to wait. */
  private static final int MOST_EVENTS = 1_000;

  /** Something that happened to a worker; without news it ended. */
  private record Event(WorkerProcess worker, Optional<News> news, Optional<WorkerExit> exit) {}

  private final int slots;
  private final WorkerLaunch launch;
  private final String device;
  private final Duration silence;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>(MOST_EVENTS);
  private final List<WorkerProcess> workers = new ArrayList<>();
  private final WorkerProcess.Listener listener = new Queueing();
  private long lookedAt;
  private volatile boolean closed;

  /**
   * Creates an executor.
   *
   * @param slots processes
   * @param device what trials run on, for their provenance
   * @param silence after which a worker that reports nothing of its trial is ended; asked to stop,
   *     it has a minute at most
   */
  public WorkerExecutor(int slots, WorkerLaunch launch, String device, Duration silence) {
    if (slots < 1) {
      throw new IllegalArgumentException("needs at least 1 worker, but got " + slots);
    }
    this.slots = slots;
    this.launch = launch;
    this.device = device;
    this.silence = silence;
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public Provenance environment(Provenance ofCampaign) {
    return ofCampaign.onDevice(device);
  }

  @Override
  public void start(TrialRequest request, TrialProgress progress) {
    worker().assign(new WorkerProcess.Assignment(request, progress, new Silence(silence)));
  }

  private WorkerProcess worker() {
    for (WorkerProcess worker : workers) {
      if (worker.free()) {
        return worker;
      }
    }
    workers.removeIf(worker -> worker.assignment().isEmpty());
    if (workers.size() == slots) {
      throw new IllegalStateException("all %d workers have a trial".formatted(slots));
    }
    int number = 1;
    while (has(number)) {
      number++;
    }
    WorkerProcess fresh = WorkerProcess.start(number, launch, listener);
    workers.add(fresh);
    return fresh;
  }

  private boolean has(int number) {
    return workers.stream().anyMatch(worker -> worker.number() == number);
  }

  /** Returns the process that runs a trial. */
  public OptionalLong process(int trial) {
    return workers.stream()
        .filter(w -> w.assignment().filter(a -> a.request().number() == trial).isPresent())
        .mapToLong(WorkerProcess::pid)
        .findFirst();
  }

  // ---------------------------------------------------------------- news

  @Override
  public Optional<TrialEnd> await(Duration atMost) {
    if (workers.stream().allMatch(worker -> worker.assignment().isEmpty())) {
      throw new IllegalStateException("no trial was started");
    }
    long end = System.nanoTime() + atMost.toNanos();
    Optional<TrialEnd> ended;
    do {
      look();
      ended = next().flatMap(this::handle);
    } while (ended.isEmpty() && System.nanoTime() < end);
    return ended;
  }

  /** Passes on a wish to stop, and ends workers that are silent for too long. */
  private void look() {
    long now = System.nanoTime();
    Duration passed = Duration.ofNanos(now - lookedAt);
    lookedAt = now;
    for (WorkerProcess worker : workers) {
      if (worker.assignment().isPresent() && worker.fault().isEmpty()) {
        look(worker, worker.assignment().get(), passed);
      }
    }
  }

  private void look(WorkerProcess worker, WorkerProcess.Assignment trial, Duration passed) {
    if (trial.progress().stopRequested()) {
      worker.stop();
    }
    Silence since = trial.silence();
    since.passed(passed);
    since
        .warning()
        .ifPresent(
            length -> {
              LOG.warn("worker {} is silent for {}", worker.number(), length);
              trial.progress().silent(length, since.limit());
            });
    if (since.tooLong()) {
      worker.endFor(
          new WorkerFault(
              FailureKind.TIMED_OUT,
              "it reported nothing for %d s".formatted(since.length().toSeconds())));
    }
  }

  private Optional<Event> next() {
    try {
      return Optional.ofNullable(events.poll(POLL_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Edm2SearchException("interrupted while trials run", e);
    }
  }

  private Optional<TrialEnd> handle(Event event) {
    WorkerProcess worker = event.worker();
    if (event.exit().isPresent()) {
      return ended(worker, event.exit().get());
    }
    News news = event.news().orElseThrow();
    if (news instanceof News.Ready) {
      worker.becomeReady();
      worker.assignment().ifPresent(trial -> trial.silence().broken());
      return Optional.empty();
    }
    if (news instanceof News.Unable why) {
      worker.becomeUnable(why);
      return Optional.empty();
    }
    if (worker.fault().isPresent()) {
      return Optional.empty(); // said before it was killed
    }
    Optional<WorkerProcess.Assignment> assignment =
        worker.assignment().filter(a -> a.request().number() == trial(news));
    if (assignment.isEmpty()) {
      worker.endFor(
          new WorkerFault(
              FailureKind.CRASHED,
              "it reported on trial %d, which it was not given".formatted(trial(news))));
      return Optional.empty();
    }
    assignment.get().silence().broken();
    return handle(worker, assignment.get().progress(), news);
  }

  private static int trial(News news) {
    if (news instanceof News.Progressed progressed) {
      return progressed.trial();
    }
    return news instanceof News.Point point ? point.trial() : ((News.Ended) news).end().trial();
  }

  private static Optional<TrialEnd> handle(
      WorkerProcess worker, TrialProgress progress, News news) {
    if (news instanceof News.Progressed now) {
      progress.report(now.phase(), now.done(), now.total(), now.loss(), now.imagesPerSecond());
    } else if (news instanceof News.Point measured) {
      progress.record(measured.point());
      worker.send(new Order.GoOn(measured.trial()));
    } else {
      worker.release();
      return Optional.of(((News.Ended) news).end());
    }
    return Optional.empty();
  }

  /** A worker ended; if it had a trial, so did that. */
  private Optional<TrialEnd> ended(WorkerProcess worker, WorkerExit exit) {
    workers.remove(worker);
    if (worker.assignment().isEmpty()) {
      return Optional.empty();
    }
    WorkerProcess.Assignment trial = worker.assignment().get();
    int number = trial.request().number();
    if (trial.progress().stopRequested()) {
      return Optional.of(new TrialEnd.Stopped(number));
    }
    if (worker.fault().isEmpty() && exit.asked()) {
      // A signal before the process could ignore it, perhaps Ctrl-C, which the campaign will hear
      // of too.
      start(trial.request(), trial.progress());
      return Optional.empty();
    }
    return Optional.of(failed(worker, exit, number));
  }

  private TrialEnd failed(WorkerProcess worker, WorkerExit exit, int trial) {
    if (worker.fault().isEmpty() && worker.unable().isPresent()) {
      News.Unable why = worker.unable().get();
      return new TrialEnd.Failed(trial, why.kind(), why.reason());
    }
    FailureKind kind = worker.fault().map(WorkerFault::kind).orElseGet(exit::kind);
    String how =
        worker.fault().map(why -> "was ended, because " + why.what()).orElseGet(exit::words);
    note(worker, "process %d, which had trial %d, %s".formatted(worker.pid(), trial, how));
    return new TrialEnd.Failed(
        trial,
        kind,
        "worker process %s%s; see logs/%s"
            .formatted(
                worker.ready() || exit.signalled() ? "" : "cannot start: it ",
                how,
                launch.log(worker.number()).getFileName()));
  }

  private void note(WorkerProcess worker, String line) {
    LOG.warn("worker {}: {}", worker.number(), line);
    try {
      launch.note(worker.number(), line);
    } catch (IOException e) {
      LOG.warn("its log cannot be written", e);
    }
  }

  /** Brings what happens on the workers' threads to the campaign's. */
  private final class Queueing implements WorkerProcess.Listener {

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
        while (!closed && !events.offer(event, POLL_MILLIS, TimeUnit.MILLISECONDS)) {
          // full: ask again whether anybody still waits for events
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    workers.forEach(WorkerProcess::dismiss);
    workers.forEach(worker -> worker.awaitEnd(TO_END_MILLIS));
    workers.clear();
  }
}
