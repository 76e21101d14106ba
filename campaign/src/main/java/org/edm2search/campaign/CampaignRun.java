package org.edm2search.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.edm2search.campaign.CampaignResult.Ending;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.campaign.strategy.SearchStrategy;
import org.edm2search.campaign.strategy.SearchStrategy.Proposal;
import org.edm2search.campaign.strategy.SeedStream;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Spending;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.space.LossPoint;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.cost.Expense;

/**
 * One run of a campaign: from its start, or from where an earlier run left off.
 *
 * <p>What the strategy is asked and told does not depend on when trials end. It is told of trials
 * in the order of their numbers, and after each it is asked until as many trials are untold as the
 * executor has slots: with n slots, trial k is proposed after trial k − n was told and before trial
 * k − n + 1 is. Where a strategy wants to wait, it is told of the next trial first. An end that
 * comes early is stored at once, but told when its turn comes.
 *
 * <p>When the search has ended and everything is told, the best are trained again, if they are to
 * be ({@link Repeats}). The strategy never learns of those repeats: they have numbers of their own,
 * but it is told of the trials of the search only. A run may also do nothing but repeat: then
 * nothing is proposed, and it ends when nothing more is to be repeated, not by the budget.
 */
final class CampaignRun {

  /** So many failures with no success at all look like a broken setup, not like bad luck. */
  private static final int HOPELESS_FAILURES = 3;

  /** How often it is looked whether a trial is due to be tried again. */
  private static final Duration POLL = Duration.ofMillis(200);

  private final Campaign campaign;
  private final TrialExecutor executor;
  private final CampaignListener listener;
  private final Backups backups;
  private final TrialStore store;
  private final Clock clock;
  private final SeedStream seeds;
  private final Provenance environment;
  private final SearchStrategy strategy;
  private final Optional<Repeats> repeats;

  /** Whether this run proposes candidates. */
  private final boolean searches;

  /** Trials that were proposed and are not finished, by number; those that run are in both. */
  private final TreeMap<Integer, Trial> unfinished = new TreeMap<>();

  private final Map<Integer, Trial> running = new HashMap<>();

  /** Trials that are finished and that the strategy was not told of, by number. */
  private final TreeMap<Integer, Trial> untold = new TreeMap<>();

  /** Trials that were asked to save their work because the campaign is to wait. */
  private final Set<Integer> pausing = new HashSet<>();

  private boolean paused;

  private final Set<Integer> failedNow = new HashSet<>();
  private final Retries retries;
  private final BudgetWatch budget;
  private int proposed;
  private int told;

  /** Of those proposed and of those told, the trials of the search. */
  private int searched;

  private int toldOfSearch;
  private Optional<SearchState> state;
  private Optional<String> exhausted = Optional.empty();

  /** What the strategy proposes next, which the budget has no room for while others run. */
  private Optional<Proposal.Try> pending = Optional.empty();

  private Optional<String> overBudget = Optional.empty();
  private Optional<String> halted = Optional.empty();
  private int failures;

  /**
   * Prepares a run.
   *
   * @param only what is repeated, in a run that does nothing else
   */
  CampaignRun(
      Campaign campaign,
      TrialExecutor executor,
      CampaignListener listener,
      Backups backups,
      Optional<Repeats> only) {
    this.searches = only.isEmpty();
    this.repeats = only.or(() -> campaign.config().confirmation());
    this.backups = backups;
    this.campaign = campaign;
    this.executor = executor;
    this.listener = listener;
    this.store = campaign.store();
    this.clock = campaign.clock();
    this.seeds = new SeedStream(campaign.config().seed());
    this.environment = executor.environment(campaign.environment());
    this.retries = new Retries(campaign.config().executor(), clock);
    List<Trial> trials = store.trials();
    this.proposed = trials.size();
    List<Trial> search = trials.stream().filter(trial -> trial.repeatOf().isEmpty()).toList();
    this.searched = search.size();
    this.state = store.strategyState().map(json -> SearchState.of(json, trials));
    this.told = state.map(SearchState::told).orElse(0);
    this.toldOfSearch = (int) search.stream().filter(trial -> trial.number() < told).count();
    this.strategy =
        campaign
            .config()
            .search()
            .strategy(
                campaign.space(),
                campaign.config().seed(),
                state.map(before -> before.known(search)).orElse(search),
                state.map(SearchState::strategy));
    this.budget =
        new BudgetWatch(
            campaign,
            state.map(SearchState::ran).orElse(Duration.ZERO),
            trials.stream()
                .filter(trial -> trial.state().finished() && trial.number() < told)
                .toList());
    for (Trial trial : trials) {
      if (!trial.state().finished()) {
        unfinished.put(trial.number(), trial);
      } else if (trial.number() >= told) {
        untold.put(trial.number(), trial);
      }
    }
  }

  CampaignResult toEnd() {
    while (true) {
      if (!campaign.stopRequested() && !paused()) {
        propose();
        start();
      }
      Trial next = untold.remove(told);
      if (next != null) {
        tell(next);
      } else if (!running.isEmpty()) {
        executor.await(POLL).ifPresent(this::take);
      } else if (!campaign.stopRequested() && (paused || !unfinished.isEmpty())) {
        pause(); // all that is left waits for its next attempt, or for somebody's word
      } else if (campaign.stopRequested() || !confirm()) {
        return result();
      }
    }
  }

  private boolean paused() {
    boolean now = campaign.pauseRequested();
    if (now != paused) {
      paused = now;
      listener.campaignPaused(now);
    }
    return now;
  }

  private static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Edm2SearchException("interrupted between two attempts at a trial", e);
    }
  }

  // ---------------------------------------------------------------- ask and tell

  private void propose() {
    overBudget = Optional.empty();
    while (searches
        && exhausted.isEmpty()
        && searched - toldOfSearch < executor.slots()
        && searched < campaign.config().trials()) {
      overBudget = budget.over();
      if (overBudget.isPresent()) {
        return;
      }
      Proposal proposal = pending.isPresent() ? pending.get() : strategy.ask();
      if (proposal instanceof Proposal.Wait) {
        if (proposed == told && unfinished.isEmpty()) {
          throw new IllegalStateException("the strategy waits, but nothing runs");
        }
        return;
      }
      if (proposal instanceof Proposal.Exhausted nothing) {
        exhausted = Optional.of(nothing.note());
      } else {
        Proposal.Try next = (Proposal.Try) proposal;
        Candidate candidate = Candidate.of(campaign.space(), next.genotype());
        measureLatency(candidate);
        overBudget = budget.refuses(candidate, open(), campaign.config().repeats());
        if (overBudget.isPresent()) {
          pending = Optional.of(next);
          return;
        }
        pending = Optional.empty();
        searched++;
        create(
            Trial.waiting(proposed, candidate, clock.instant()),
            next.rejections(),
            new SearchState(told, strategy.state(), budget.ran()));
      }
    }
  }

  /** Workers find a declared latency measured: here, once, before trials of its round run. */
  private void measureLatency(Candidate candidate) {
    if (campaign.config().search().second().equals(Optional.of(Expense.LATENCY))) {
      campaign.space().latency(candidate.architecture());
    }
  }

  /** Returns the trials that the strategy was not told of. */
  private List<Trial> open() {
    List<Trial> open = new ArrayList<>(unfinished.values());
    open.addAll(untold.values());
    return open;
  }

  private void create(Trial trial, List<Rejection> rejections, SearchState now) {
    store.create(trial, rejections, now.json());
    state = Optional.of(now);
    unfinished.put(proposed++, trial);
    if (!rejections.isEmpty()) {
      listener.candidatesRejected(rejections);
    }
  }

  /** After the search: plans the repeats there is room for, and returns whether there is one. */
  private boolean confirm() {
    if (repeats.isEmpty()) {
      return false;
    }
    int before = proposed;
    List<Trial> trials = new ArrayList<>(store.trials());
    Optional<Trial> next = repeats.get().next(trials);
    while (next.isPresent()) {
      Candidate candidate = next.get().candidate();
      Optional<String> limit =
          searches
              ? budget.timeOver().or(() -> budget.refuses(candidate, open(), 0))
              : Optional.empty();
      if (limit.isPresent()) {
        overBudget = limit;
        break;
      }
      Trial repeat = Trial.repeat(proposed, next.get(), clock.instant());
      // Not the strategy's state of now: it may have proposed what the budget had no room for.
      create(repeat, List.of(), state.orElseThrow().after(budget.ran()));
      trials.add(repeat);
      next = repeats.get().next(trials);
    }
    return proposed > before;
  }

  private void tell(Trial finished) {
    tellStrategy(finished);
    told++;
    toldOfSearch += finished.repeatOf().isEmpty() ? 1 : 0;
    // Failures of an earlier run do not count: the user may have mended what was broken.
    failures = failedNow.contains(finished.number()) ? failures + 1 : 0;
    requireHope(finished);
  }

  private void tellStrategy(Trial finished) {
    if (finished.repeatOf().isEmpty()) {
      strategy.tell(finished);
    }
    budget.told(finished);
  }

  private void requireHope(Trial last) {
    if (failures >= HOPELESS_FAILURES
        && store.trials().stream().noneMatch(trial -> trial.state() == TrialState.COMPLETE)) {
      halt(
          ("%d trials in a row failed and none ever completed, so the campaign stops; the last one,"
                  + " trial %d: %s")
              .formatted(failures, last.number(), last.reason()));
    }
  }

  /** Ends the run once the trials that run have saved their work. */
  private void halt(String reason) {
    halted = Optional.of(halted.orElse(reason));
    campaign.requestStop();
  }

  // ---------------------------------------------------------------- run

  private void start() {
    for (Trial trial : List.copyOf(unfinished.values())) {
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
    boolean again = before.state() == TrialState.RUNNING || retries.used(before.number()) > 0;
    Trial started = before.started(clock.instant());
    Path folder = campaign.directory().trial(started.number());
    store.start(started);
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
        new RunningTrial(
            started,
            store,
            listener,
            campaign.pruner(),
            () -> stopRequested(started.number()),
            clock));
  }

  /** A trial that was once asked to save its work for a pause is to do so, whatever comes then. */
  private boolean stopRequested(int trial) {
    if (!campaign.stopRequested() && campaign.pauseRequested()) {
      pausing.add(trial);
    }
    return campaign.stopRequested() || pausing.contains(trial);
  }

  private TrialRequest request(Trial trial, Path folder) {
    return new TrialRequest(
        trial.number(),
        trial.candidate().architecture(),
        trial.candidate().cost(),
        folder,
        seed(trial.number()));
  }

  private long seed(int number) {
    return seeds.seed("trial", number);
  }

  private void take(TrialEnd end) {
    Trial started = Objects.requireNonNull(running.remove(end.trial()), "only what runs ends");
    boolean forPause = pausing.remove(started.number());
    if (end instanceof TrialEnd.Stopped && forPause && !campaign.stopRequested()) {
      unfinished.put(started.number(), started); // goes on from its checkpoint
      return;
    }
    if (end instanceof TrialEnd.Stopped) {
      campaign.requestStop(); // whoever asked, the others are to save their work too
      return;
    }
    if (end instanceof TrialEnd.Failed failure && failed(started, failure)) {
      return;
    }
    Trial finished = finished(started.charged(charge(started, end)), end);
    store.finish(finished, state.orElseThrow().after(budget.ran()).json());
    unfinished.remove(finished.number());
    if (finished.number() < told) {
      tellStrategy(finished); // of its failure it was told in its turn
    } else {
      untold.put(finished.number(), finished);
    }
    if (finished.state() == TrialState.FAILED) {
      failedNow.add(finished.number());
    }
    backups.writeIfDue();
    listener.trialFinished(finished);
  }

  private Spending charge(Trial started, TrialEnd end) {
    List<LossPoint> curve = store.losses(started.number());
    return budget.charge(started, end, curve.isEmpty() ? 0 : curve.get(curve.size() - 1).images());
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
    if (failure.kind().ofCandidate()) {
      return false;
    }
    Trial waiting = started.again();
    store.putBack(waiting);
    unfinished.put(number, waiting);
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

  private Trial finished(Trial started, TrialEnd end) {
    Instant now = clock.instant();
    Provenance provenance =
        environment.forTrial(seed(started.number()), campaign.config().digest());
    if (end instanceof TrialEnd.Measured measured) {
      return started.complete(measured.measurement(), provenance, now);
    }
    return end instanceof TrialEnd.Pruned pruned
        ? started.pruned(pruned.reason(), provenance, now)
        : started.failed(((TrialEnd.Failed) end).reason(), provenance, now);
  }

  private CampaignResult result() {
    List<Trial> trials = store.trials();
    if (halted.isPresent()) {
      return new CampaignResult(Ending.HALTED, halted.get(), trials);
    }
    if (campaign.stopRequested()) {
      return new CampaignResult(Ending.STOPPED, "stopped; run it again to go on", trials);
    }
    return exhausted
        .map(note -> new CampaignResult(Ending.EXHAUSTED, note, trials))
        .orElseGet(
            () ->
                new CampaignResult(
                    Ending.DONE,
                    overBudget
                        .map(
                            reason ->
                                "the budget ends the campaign after %d trials%s: %s"
                                    .formatted(trials.size(), failed(trials), reason))
                        .orElseGet(
                            () ->
                                "all %d trials are finished%s"
                                    .formatted(trials.size(), failed(trials))),
                    trials));
  }

  private static String failed(List<Trial> trials) {
    StringBuilder note = new StringBuilder();
    for (TrialState state : List.of(TrialState.FAILED, TrialState.EXCLUDED)) {
      long count = trials.stream().filter(trial -> trial.state() == state).count();
      if (count > 0) {
        note.append(", %d of them %s".formatted(count, state.name().toLowerCase(Locale.ROOT)));
      }
    }
    return note.toString();
  }
}
