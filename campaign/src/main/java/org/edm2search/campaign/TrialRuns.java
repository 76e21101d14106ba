package org.edm2search.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.space.base.AtomicFile;

/** Runs trials where the executor has room, records how they end and tries them again. */
final class TrialRuns {

  private static final Duration LEAVING_POLL = Duration.ofMillis(200);

  private final Campaign campaign;
  private final TrialExecutor executor;
  private final CampaignListener listener;
  private final Backups backups;
  private final TrialStore store;
  private final Clock clock;
  private final TrialProvenances provenances;
  private final TrialBook book;
  private final Search search;
  private final FailureStreak failures;
  private final Retries retries;
  private final Charges charges;
  private final Map<Integer, Trial> running = new HashMap<>();

  /** Trials that were asked to save their work because the campaign is to wait. */
  private final Set<Integer> pausing = new HashSet<>();

  private Optional<String> halted = Optional.empty();

  TrialRuns(
      Campaign campaign,
      TrialExecutor executor,
      CampaignListener listener,
      Backups backups,
      TrialProvenances provenances,
      TrialBook book,
      Search search,
      FailureStreak failures) {
    this.campaign = campaign;
    this.executor = executor;
    this.listener = listener;
    this.backups = backups;
    this.store = campaign.store();
    this.clock = campaign.clock();
    this.provenances = provenances;
    this.book = book;
    this.search = search;
    this.failures = failures;
    this.retries = new Retries(campaign.config().executor(), clock);
    this.charges = new Charges(campaign.pricing(), store);
  }

  /** Returns whether a trial runs. */
  boolean any() {
    return !running.isEmpty();
  }

  /** Starts what is due, as far as there is room. */
  void start() {
    for (Trial trial : book.runnable()) {
      if (!running.containsKey(trial.number()) && cancelled(trial.number())) {
        leaveOut(trial);
        continue;
      }
      if (running.size() == executor.slots()) {
        return;
      }
      Duration wait = retries.untilDue(trial.number());
      boolean due = wait.isNegative() || wait.isZero();
      if (due && !running.containsKey(trial.number()) && !campaign.stopRequested()) {
        start(trial);
      }
    }
  }

  private void start(Trial before) {
    boolean again =
        before.state() == TrialState.RUNNING
            || retries.used(before.number()) > 0
            || !before.rungs().reached().isEmpty();
    Trial started = before.started(clock.instant());
    Path folder = campaign.directory().trial(started.number());
    store.start(started);
    book.put(started);
    running.put(started.number(), started);
    listener.trialStarted(started, again);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      take(
          new TrialEnd.Failed(
              started.number(),
              FailureKind.INPUT_OUTPUT,
              "cannot create %s: %s".formatted(folder, AtomicFile.reason(e))));
      return;
    }
    executor.start(
        request(started, folder),
        new RunningTrial(started, store, listener, () -> stopRequested(started.number()), clock));
  }

  /** A trial that was once asked to save its work for a pause is to do so, whatever comes then. */
  private boolean stopRequested(int trial) {
    if (!campaign.stopRequested() && campaign.pauseRequested()) {
      pausing.add(trial);
    }
    return campaign.stopRequested() || pausing.contains(trial) || cancelled(trial);
  }

  private boolean cancelled(int trial) {
    return campaign.directory().requests().cancelRequested(trial);
  }

  /** Somebody has left a trial out that waited for its next attempt. */
  private void leaveOut(Trial waiting) {
    Trial out =
        search.ending(
            waiting
                .charged(charges.unfinished(waiting))
                .excluded(Retrying.lastFailure(store, waiting), clock.instant()));
    store.exclude(out);
    ended(out);
  }

  private TrialRequest request(Trial trial, Path folder) {
    return new TrialRequest(
        trial.number(),
        trial.candidate().architecture(),
        trial.candidate().cost(),
        folder,
        provenances.seed(trial.number()),
        campaign
            .config()
            .fidelity()
            .filter(settings -> trial.rungs().goal().isPresent())
            .map(
                settings ->
                    new TrialRequest.Rung(trial.rungs().goal().getAsInt(), settings.rungs())));
  }

  /** Waits for a running trial's end. */
  void await(Duration atMost) {
    executor.await(atMost).ifPresent(this::take);
  }

  /** Lets what runs save its work, where the store can be told no more. */
  void leave() {
    while (any()) {
      executor.await(LEAVING_POLL).ifPresent(end -> running.remove(end.trial()));
    }
  }

  private void take(TrialEnd came) {
    TrialEnd end = came;
    Trial started = Objects.requireNonNull(running.remove(end.trial()), "only what runs ends");
    boolean forPause = pausing.remove(started.number());
    if (!(end instanceof TrialEnd.Measured) && cancelled(started.number())) {
      end = new TrialEnd.Failed(started.number(), FailureKind.CANCELLED, "left out while it ran");
    }
    if (end instanceof TrialEnd.Stopped && forPause && !campaign.stopRequested()) {
      return; // goes on from its checkpoint
    }
    if (end instanceof TrialEnd.Stopped) {
      campaign.requestStop(); // whoever asked, the others are to save their work too
      return;
    }
    if (end instanceof TrialEnd.Failed failure && failed(started, failure)) {
      return;
    }
    Trial charged = search.ending(started.charged(charges.of(started, end)));
    Trial ended;
    if (end instanceof TrialEnd.Screened screened) {
      ended = charged.reached(screened.loss());
      store.decide(List.of(ended), search.state());
    } else {
      ended = finished(charged, end);
      store.finish(ended, search.state());
    }
    ended(ended);
  }

  private void ended(Trial ended) {
    book.put(ended);
    campaign.directory().requests().ended(ended.number());
    if (ended.state() == TrialState.FAILED) {
      failures.failed(ended);
    }
    search.ended(ended);
    backups.writeIfDue();
    if (ended.state().finished()) {
      listener.trialFinished(ended);
    } else {
      listener.trialReachedRung(ended, campaign.config().fidelity().orElseThrow().rungs());
    }
  }

  /** Records a failed attempt, and returns whether the trial is to be tried again. */
  private boolean failed(Trial started, TrialEnd.Failed failure) {
    int number = started.number();
    Attempt attempt =
        new Attempt(
            number,
            failure.kind(),
            failure.reason(),
            started.startedAt().orElseThrow(),
            clock.instant());
    store.record(attempt);
    if (failure.kind().rule() != FailureKind.Rule.AGAIN) {
      return false;
    }
    Trial waiting = started.again();
    store.putBack(waiting);
    book.put(waiting);
    if (retries.grant(number)) {
      listener.trialRetried(attempt, retries.untilDue(number));
    } else {
      halt(
          ("trial %d failed %s, so the campaign stops; mend the cause and run it again%s, or go on"
                  + " without it: edm2-search exclude %d %s: %s")
              .formatted(
                  number,
                  retries.used(number) == 0 ? "once" : retries.used(number) + 1 + " times",
                  failure.kind() == FailureKind.DATA
                      ? ", with --accept-data if that changes the data set"
                      : "",
                  number,
                  campaign.directory().path(),
                  failure.reason()));
    }
    return true;
  }

  /** Ends the run once the trials that run have saved their work. */
  void halt(String reason) {
    halted = Optional.of(halted.orElse(reason));
    campaign.requestStop();
  }

  /** Returns why the run was ended early. */
  Optional<String> halted() {
    return halted;
  }

  private Trial finished(Trial started, TrialEnd end) {
    Instant now = clock.instant();
    if (end instanceof TrialEnd.Measured measured) {
      return measured
          .loss()
          .map(started::measured)
          .orElse(started)
          .complete(measured.measurement(), provenances.of(started.number()), now);
    }
    TrialEnd.Failed failure = (TrialEnd.Failed) end;
    return failure.kind().rule() == FailureKind.Rule.LEAVE_OUT
        ? started.excluded(failure.reason(), now)
        : started.failed(failure.reason(), provenances.of(started.number()), now);
  }
}
