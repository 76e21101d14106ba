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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.edm2search.campaign.CampaignResult.Ending;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.campaign.strategy.SearchStrategy;
import org.edm2search.campaign.strategy.SearchStrategy.Proposal;
import org.edm2search.campaign.strategy.SeedStream;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.space.Edm2SearchException;

/**
 * One run of a campaign: from its start, or from where an earlier run left off.
 *
 * <p>What the strategy is asked and told does not depend on when trials end. It is told of trials
 * in the order of their numbers, and after each it is asked until as many trials are untold as the
 * executor has slots: with n slots, trial k is proposed after trial k − n was told and before trial
 * k − n + 1 is. Where a strategy wants to wait, it is told of the next trial first. An end that
 * comes early is stored at once, but told when its turn comes.
 */
final class CampaignRun {

  /** So many failures with no success at all look like a broken setup, not like bad luck. */
  private static final int HOPELESS_FAILURES = 3;

  private static final Duration BETWEEN_BACKUPS = Duration.ofMinutes(1);

  private final Campaign campaign;
  private final TrialExecutor executor;
  private final CampaignListener listener;
  private final TrialStore store;
  private final Clock clock;
  private final SeedStream seeds;
  private final Provenance environment;
  private final SearchStrategy strategy;

  /** Trials that were proposed and are not finished, by number; those that run are in both. */
  private final TreeMap<Integer, Trial> unfinished = new TreeMap<>();

  private final Map<Integer, Trial> running = new HashMap<>();

  /** Trials that are finished and that the strategy was not told of, by number. */
  private final TreeMap<Integer, Trial> untold = new TreeMap<>();

  private final Set<Integer> failedNow = new HashSet<>();
  private int proposed;
  private int told;
  private Optional<SearchState> state;
  private Optional<String> exhausted = Optional.empty();
  private int failures;
  private Instant nextBackup = Instant.MIN;

  CampaignRun(Campaign campaign, TrialExecutor executor, CampaignListener listener) {
    this.campaign = campaign;
    this.executor = executor;
    this.listener = listener;
    this.store = campaign.store();
    this.clock = campaign.clock();
    this.seeds = new SeedStream(campaign.config().seed());
    this.environment = executor.environment(campaign.environment());
    List<Trial> trials = store.trials();
    this.proposed = trials.size();
    this.state = store.strategyState().map(json -> SearchState.of(json, trials));
    this.told = state.map(SearchState::told).orElse(0);
    this.strategy =
        campaign
            .config()
            .search()
            .strategy(
                campaign.space(),
                campaign.config().seed(),
                state.map(before -> before.known(trials)).orElse(trials),
                state.map(SearchState::strategy));
    for (Trial trial : trials.subList(told, trials.size())) {
      (trial.state().finished() ? untold : unfinished).put(trial.number(), trial);
    }
  }

  CampaignResult toEnd() {
    while (true) {
      if (!campaign.stopRequested()) {
        propose();
        start();
      }
      Trial next = untold.remove(told);
      if (next != null) {
        tell(next);
      } else if (!running.isEmpty()) {
        take(executor.await());
      } else {
        return result();
      }
    }
  }

  // ---------------------------------------------------------------- ask and tell

  private void propose() {
    while (exhausted.isEmpty()
        && proposed - told < executor.slots()
        && proposed < campaign.config().trials()) {
      Proposal proposal = strategy.ask();
      if (proposal instanceof Proposal.Wait) {
        if (proposed == told) {
          throw new IllegalStateException("the strategy waits, but nothing runs");
        }
        return;
      }
      if (proposal instanceof Proposal.Exhausted nothing) {
        exhausted = Optional.of(nothing.note());
      } else {
        create((Proposal.Try) proposal);
      }
    }
  }

  private void create(Proposal.Try proposal) {
    Trial trial =
        Trial.waiting(
            proposed, Candidate.of(campaign.space(), proposal.genotype()), clock.instant());
    SearchState now = new SearchState(told, strategy.state());
    store.create(trial, proposal.rejections(), now.json());
    state = Optional.of(now);
    unfinished.put(proposed++, trial);
    if (!proposal.rejections().isEmpty()) {
      listener.candidatesRejected(proposal.rejections());
    }
  }

  private void tell(Trial finished) {
    strategy.tell(finished);
    told++;
    // Failures of an earlier run do not count: the user may have mended what was broken.
    failures = failedNow.contains(finished.number()) ? failures + 1 : 0;
    requireHope(finished);
  }

  private void requireHope(Trial last) {
    if (failures >= HOPELESS_FAILURES
        && store.trials().stream().noneMatch(trial -> trial.state() == TrialState.COMPLETE)) {
      throw new Edm2SearchException(
          ("%d trials in a row failed and none ever completed, so the campaign stops; the last one,"
                  + " trial %d: %s")
              .formatted(failures, last.number(), last.reason()));
    }
  }

  // ---------------------------------------------------------------- run

  private void start() {
    for (Trial trial : List.copyOf(unfinished.values())) {
      if (running.size() == executor.slots()) {
        return;
      }
      if (!running.containsKey(trial.number())) {
        start(trial);
      }
    }
  }

  private void start(Trial before) {
    Trial started = before.started(clock.instant());
    TrialRequest request = request(started);
    store.start(started);
    running.put(started.number(), started);
    listener.trialStarted(started, before.state() == TrialState.RUNNING);
    executor.start(
        request,
        new RunningTrial(
            started, store, listener, campaign.pruner(), campaign::stopRequested, clock));
  }

  private TrialRequest request(Trial trial) {
    Path folder = campaign.directory().trial(trial.number());
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new Edm2SearchException("cannot create %s: %s".formatted(folder, e), e);
    }
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
    Trial started = running.remove(end.trial());
    if (end instanceof TrialEnd.Stopped) {
      campaign.requestStop(); // whoever asked, the others are to save their work too
      return;
    }
    Trial finished = finished(started, end);
    store.finish(finished, state.orElseThrow().json());
    unfinished.remove(finished.number());
    untold.put(finished.number(), finished);
    if (finished.state() == TrialState.FAILED) {
      failedNow.add(finished.number());
    }
    backUpNowAndThen();
    listener.trialFinished(finished);
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

  private void backUpNowAndThen() {
    Instant now = clock.instant();
    if (!now.isBefore(nextBackup)) {
      store.backup(campaign.directory().backup());
      nextBackup = now.plus(BETWEEN_BACKUPS);
    }
  }

  private CampaignResult result() {
    List<Trial> trials = store.trials();
    if (campaign.stopRequested()) {
      return new CampaignResult(Ending.STOPPED, "stopped; run it again to go on", trials);
    }
    return exhausted
        .map(note -> new CampaignResult(Ending.EXHAUSTED, note, trials))
        .orElseGet(
            () ->
                new CampaignResult(
                    Ending.DONE, "all %d trials are finished".formatted(trials.size()), trials));
  }
}
