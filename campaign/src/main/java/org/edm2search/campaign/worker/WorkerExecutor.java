package org.edm2search.campaign.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.edm2search.campaign.TrialEnd;
import org.edm2search.campaign.TrialExecutor;
import org.edm2search.campaign.TrialProgress;
import org.edm2search.campaign.TrialRequest;
import org.edm2search.campaign.trial.Provenance;

/**
 * Runs trials in worker processes, one in each. A worker that dies, whether of a native crash or
 * for lack of memory, takes the attempt at its trial with it, and nothing else: the next one gets a
 * fresh process. One that is silent for too long is ended. Processes are started when they are
 * first needed.
 */
public final class WorkerExecutor implements TrialExecutor {

  private static final long TO_END_MILLIS = 5_000;

  private final int slots;
  private final WorkerLaunch launch;
  private final String device;
  private final Duration silence;
  private final WorkerEvents events = new WorkerEvents();
  private final List<WorkerProcess> workers = new ArrayList<>();
  private long lookedAt;

  /**
   * Creates an executor.
   *
   * @param slots processes
   * @param device what trials run on, for their provenance
   * @param silence after which a worker that reports nothing of its trial is ended; asked to stop,
   *     it has a minute at most, and to start, five minutes at least
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
    WorkerProcess worker = worker();
    worker.assign(new AssignedTrial(request, progress, new Silence(silence, !worker.ready())));
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
    WorkerProcess fresh = WorkerProcess.start(number, launch, events);
    workers.add(fresh);
    return fresh;
  }

  private boolean has(int number) {
    return workers.stream().anyMatch(worker -> worker.number() == number);
  }

  /** Returns the process that runs a trial. */
  public OptionalLong process(int trial) {
    return workers.stream()
        .filter(w -> w.assignment().filter(a -> a.number() == trial).isPresent())
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
      ended = events.next().flatMap(this::handle);
    } while (ended.isEmpty() && System.nanoTime() < end);
    return ended;
  }

  /** Passes on that the campaign wants to stop, and ends workers that are silent for too long. */
  private void look() {
    long now = System.nanoTime();
    Duration passed = Duration.ofNanos(now - lookedAt);
    lookedAt = now;
    for (WorkerProcess worker : workers) {
      if (worker.assignment().isPresent() && worker.fault().isEmpty()) {
        AssignedTrial trial = worker.assignment().get();
        trial.passed(passed).ifPresent(worker::send);
        trial.fault().ifPresent(worker::endFor);
      }
    }
  }

  private Optional<TrialEnd> handle(WorkerEvents.Event event) {
    WorkerProcess worker = event.worker();
    if (event.exit().isPresent()) {
      return ended(worker, event.exit().get());
    }
    News news = event.news().orElseThrow();
    if (news instanceof News.Ready) {
      worker.becomeReady();
      worker.assignment().ifPresent(AssignedTrial::ready);
      return Optional.empty();
    }
    if (news instanceof News.Unable why) {
      worker.becomeUnable(why);
      return Optional.empty();
    }
    if (worker.fault().isPresent()) {
      return Optional.empty(); // said before it was killed
    }
    if (worker.assignment().isEmpty()) {
      worker.endFor(WorkerFault.notGiven(news.trial()));
      return Optional.empty();
    }
    AssignedTrial trial = worker.assignment().get();
    trial.hear(news).ifPresent(worker::send);
    trial.fault().ifPresent(worker::endFor);
    if (trial.end().isPresent()) {
      worker.release();
    }
    return trial.end();
  }

  /** A worker ended; if it had a trial, so did that. */
  private Optional<TrialEnd> ended(WorkerProcess worker, WorkerExit exit) {
    workers.remove(worker);
    if (worker.assignment().isEmpty()) {
      return Optional.empty();
    }
    AssignedTrial trial = worker.assignment().get();
    int number = trial.number();
    if (trial.progress().stopRequested()) {
      return Optional.of(new TrialEnd.Stopped(number));
    }
    if (worker.fault().isEmpty() && exit.asked()) {
      // A signal before the process could ignore it, perhaps Ctrl-C, which the campaign will hear
      // of too.
      start(trial.request(), trial.progress());
      return Optional.empty();
    }
    return Optional.of(WorkerFailure.of(worker, exit, number, launch));
  }

  @Override
  public void close() {
    events.close();
    workers.forEach(WorkerProcess::dismiss);
    workers.forEach(worker -> worker.awaitEnd(TO_END_MILLIS));
    workers.clear();
  }
}
