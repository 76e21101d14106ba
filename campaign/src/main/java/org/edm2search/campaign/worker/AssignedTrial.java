package org.edm2search.campaign.worker;

import java.time.Duration;
import java.util.Optional;
import org.edm2search.campaign.TrialEnd;
import org.edm2search.campaign.TrialProgress;
import org.edm2search.campaign.TrialRequest;
import org.edm2search.campaign.trial.FailureKind;

/**
 * A trial that a worker has, seen from the campaign's side: what the worker says of it reaches the
 * campaign, what the campaign wants reaches the worker. Not thread-safe.
 */
final class AssignedTrial {

  private final TrialRequest request;
  private final TrialProgress progress;
  private final Silence silence;
  private boolean stopSent;
  private Optional<TrialEnd> end = Optional.empty();
  private Optional<WorkerFault> fault = Optional.empty();

  /**
   * Assigns a trial.
   *
   * @param progress told of what the worker reports, and asked whether it shall go on
   * @param silence of the worker
   */
  AssignedTrial(TrialRequest request, TrialProgress progress, Silence silence) {
    this.request = request;
    this.progress = progress;
    this.silence = silence;
  }

  TrialRequest request() {
    return request;
  }

  TrialProgress progress() {
    return progress;
  }

  int number() {
    return request.number();
  }

  /** Returns what starts the trial in a worker. */
  Order order() {
    return Order.Run.of(request);
  }

  /** Another worker starts up to take it. */
  void starting() {
    silence.starting();
    stopSent = false;
  }

  /** The worker has started up. */
  void ready() {
    silence.ready();
  }

  /** The worker printed something. */
  void alive() {
    silence.broken();
  }

  /** Takes what the worker says of a trial, and returns what to answer. */
  Optional<Order> hear(News news) {
    if (news.trial() != number()) {
      fault = Optional.of(WorkerFault.notGiven(news.trial()));
      return Optional.empty();
    }
    alive();
    if (news instanceof News.Progressed now) {
      progress.report(now.phase(), now.done(), now.total(), now.loss(), now.imagesPerSecond());
      return Optional.empty();
    }
    if (news instanceof News.Ended ended) {
      end = Optional.of(ended.end());
      return Optional.empty();
    }
    progress.record(((News.Point) news).point());
    return Optional.of(new Order.GoOn(number()));
  }

  /**
   * Lets time pass: warns of silence, holds a worker at fault that is silent for too long, and
   * returns, once, that the campaign wants to stop.
   */
  Optional<Order> passed(Duration time) {
    silence.passed(time);
    silence.warning().ifPresent(length -> progress.silent(length, silence.limit()));
    if (silence.tooLong()) {
      fault =
          Optional.of(
              new WorkerFault(
                  FailureKind.TIMED_OUT,
                  "it reported nothing for %d s".formatted(silence.length().toSeconds())));
      return Optional.empty();
    }
    if (stopSent || !progress.stopRequested()) {
      return Optional.empty();
    }
    stopSent = true;
    silence.stopping();
    return Optional.of(new Order.Stop(number()));
  }

  /** Returns how the trial ended, if the worker said so. */
  Optional<TrialEnd> end() {
    return end;
  }

  /** Returns why the worker must be ended, if so. */
  Optional<WorkerFault> fault() {
    return fault;
  }
}
