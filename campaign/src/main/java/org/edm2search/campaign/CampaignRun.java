package org.edm2search.campaign;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.edm2search.campaign.CampaignResult.Ending;
import org.edm2search.campaign.store.StoreAbandonedException;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.space.base.Edm2SearchException;

/**
 * One run of a campaign: from its start, or from where an earlier run left off.
 *
 * <p>{@link Search} says what is trained next and what the strategy learns when, {@link TrialRuns}
 * runs it. When the search has ended and everything is told, the best are trained again, if they
 * are to be ({@link Repeats}). The strategy never learns of those repeats: they have numbers of
 * their own, but it is told of the trials of the search only. A run may also do nothing but repeat:
 * then nothing is proposed, and it ends when nothing more is to be repeated, not by the budget.
 */
final class CampaignRun {

  /** How often it is looked whether a trial is due to be tried again. */
  private static final Duration POLL = Duration.ofMillis(200);

  private final Campaign campaign;
  private final TrialBook book;
  private final FailureStreak failures;
  private final Search search;
  private final TrialRuns runs;
  private final Optional<Repeats> repeats;

  /** Whether this run proposes candidates. */
  private final boolean searches;

  private final CampaignListener listener;
  private Optional<String> overBudget = Optional.empty();
  private boolean paused;

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
    this.campaign = campaign;
    this.listener = listener;
    this.book = new TrialBook(campaign.store().trials());
    this.failures = new FailureStreak(book);
    TrialProvenances provenances =
        new TrialProvenances(campaign.config(), executor.environment(campaign.environment()));
    this.search = Search.of(campaign, listener, book, failures, provenances, executor.slots());
    this.runs =
        new TrialRuns(campaign, executor, listener, backups, provenances, book, search, failures);
  }

  CampaignResult toEnd() {
    try {
      return untilEnd();
    } catch (StoreAbandonedException e) {
      runs.leave();
      throw e;
    }
  }

  private CampaignResult untilEnd() {
    while (true) {
      if (!campaign.stopRequested() && !paused()) {
        if (searches) {
          search.plan();
        }
        runs.start();
      }
      if (search.tellNext()) {
        failures.reasonToStop().ifPresent(runs::halt);
      } else if (runs.any()) {
        runs.await(POLL);
      } else if (!campaign.stopRequested() && (paused || !book.runnable().isEmpty())) {
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

  /** After the search: plans the repeats there is room for, and returns whether there is one. */
  private boolean confirm() {
    if (repeats.isEmpty()) {
      return false;
    }
    int before = book.size();
    Optional<Trial> next = repeats.get().next(book.all());
    while (next.isPresent()) {
      Candidate candidate = next.get().candidate();
      BudgetMonitor budget = search.budget();
      Optional<String> limit =
          searches
              ? budget.timeOver().or(() -> budget.refuses(candidate, search.open(), 0))
              : Optional.empty();
      if (limit.isPresent()) {
        overBudget = limit;
        break;
      }
      search.repeat(Trial.repeat(book.size(), next.get(), campaign.clock().instant()));
      next = repeats.get().next(book.all());
    }
    return book.size() > before;
  }

  private CampaignResult result() {
    List<Trial> trials = new ArrayList<>(campaign.store().trials());
    if (runs.halted().isPresent()) {
      return new CampaignResult(Ending.HALTED, runs.halted().get(), trials);
    }
    if (campaign.stopRequested()) {
      return new CampaignResult(Ending.STOPPED, "stopped; run it again to go on", trials);
    }
    return search
        .exhausted()
        .map(note -> new CampaignResult(Ending.EXHAUSTED, note, trials))
        .orElseGet(() -> new CampaignResult(Ending.DONE, done(trials), trials));
  }

  private String done(List<Trial> trials) {
    return overBudget
        .or(search::overBudget)
        .map(
            reason ->
                "the budget ends the campaign after %d trials%s: %s"
                    .formatted(trials.size(), failed(trials), reason))
        .orElseGet(() -> "all %d trials are finished%s".formatted(trials.size(), failed(trials)));
  }

  private static String failed(List<Trial> trials) {
    StringBuilder note = new StringBuilder();
    for (TrialState state : List.of(TrialState.PRUNED, TrialState.FAILED, TrialState.EXCLUDED)) {
      long count = trials.stream().filter(trial -> trial.state() == state).count();
      if (count > 0) {
        note.append(", %d of them %s".formatted(count, state.name().toLowerCase(Locale.ROOT)));
      }
    }
    return note.toString();
  }
}
