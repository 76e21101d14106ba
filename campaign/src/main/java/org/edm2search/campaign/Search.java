package org.edm2search.campaign;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.campaign.strategy.SearchStrategy;
import org.edm2search.campaign.strategy.SearchStrategy.Proposal;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.cost.Expense;

/**
 * When a campaign asks its strategy for candidates and tells it what they showed. What it needs to
 * go on after a kill is stored in the transactions it takes part in.
 */
abstract sealed class Search permits OrderedSearch, RungSearch {

  private final Campaign campaign;
  private final TrialStore store;
  private final CampaignListener listener;
  private final TrialBook book;
  private final FailureStreak failures;
  private final SearchStrategy strategy;
  private final BudgetMonitor budget;
  private Optional<SearchState> state;

  /** What the strategy proposes next, which the budget has no room for while others run. */
  private Optional<Proposal.Try> pending = Optional.empty();

  private Optional<String> exhausted = Optional.empty();
  private Optional<String> overBudget = Optional.empty();

  /**
   * Starts or goes on.
   *
   * @param known the search's trials as the strategy knew them in its state
   */
  Search(
      Campaign campaign,
      CampaignListener listener,
      TrialBook book,
      FailureStreak failures,
      Optional<SearchState> state,
      List<Trial> known) {
    this.campaign = campaign;
    this.store = campaign.store();
    this.listener = listener;
    this.book = book;
    this.failures = failures;
    this.state = state;
    this.strategy =
        campaign
            .config()
            .search()
            .strategy(
                campaign.space(),
                campaign.config().seed(),
                known,
                state.map(SearchState::strategy));
    this.budget = new BudgetMonitor(campaign, state.map(SearchState::ran).orElse(Duration.ZERO));
  }

  /**
   * Starts or goes on with the search of a campaign.
   *
   * @param slots how many trials run at a time
   */
  static Search of(
      Campaign campaign,
      CampaignListener listener,
      TrialBook book,
      FailureStreak failures,
      TrialProvenances provenances,
      int slots) {
    Optional<SearchState> state =
        campaign.store().strategyState().map(json -> SearchState.of(json, book.all()));
    return campaign
        .config()
        .rungs()
        .<Search>map(
            settings ->
                new RungSearch(
                    campaign, listener, book, failures, state, provenances, settings, slots))
        .orElseGet(() -> new OrderedSearch(campaign, listener, book, failures, state, slots));
  }

  /** Decides what is to be trained next, and records it. */
  abstract void plan();

  /** Tells what is due to be told, and returns whether that was anything. */
  abstract boolean tellNext();

  /** Learns that a trial is finished or at its rung, which is recorded. */
  abstract void ended(Trial trial);

  /** Returns a trial that is about to be recorded as {@link #ended}, with what belongs to that. */
  Trial ending(Trial trial) {
    return trial;
  }

  /** Returns trials whose cost is not known to the budget. */
  abstract List<Trial> open();

  // ---------------------------------------------------------------- asking

  /**
   * Returns the strategy's next proposal, or nothing if it waits or has none; asking again gives
   * the same proposal until it is {@link #create created}.
   */
  final Optional<Proposal.Try> proposal() {
    if (pending.isEmpty()) {
      Proposal proposal = strategy.ask();
      if (proposal instanceof Proposal.Exhausted nothing) {
        exhausted = Optional.of(nothing.note());
      } else if (proposal instanceof Proposal.Try next) {
        pending = Optional.of(next);
      }
    }
    return pending;
  }

  final Candidate candidate(Proposal.Try next) {
    Candidate candidate = Candidate.of(campaign.space(), next.genotype());
    if (config().search().second().equals(Optional.of(Expense.LATENCY))) {
      // Workers find a declared latency measured: here, once, before trials of its round run.
      campaign.space().latency(candidate.architecture());
    }
    return candidate;
  }

  /** Records the proposed candidate's trial. */
  final void create(Trial trial, int told, Optional<String> scheduler) {
    Proposal.Try next = pending.orElseThrow();
    pending = Optional.empty();
    create(
        trial, next.rejections(), new SearchState(told, strategy.state(), scheduler, budget.ran()));
  }

  /** Records a trial that repeats another. */
  final void repeat(Trial trial) {
    // Not the strategy's state of now: it may have proposed what the budget had no room for.
    create(trial, List.of(), state.orElseThrow().after(budget.ran()));
  }

  private void create(Trial trial, List<Rejection> rejections, SearchState now) {
    store.create(trial, rejections, now.json());
    state = Optional.of(now);
    book.put(trial);
    if (!rejections.isEmpty()) {
      listener.candidatesRejected(rejections);
    }
  }

  /** Records what became of trials at a rung. */
  final void decide(List<Trial> trials, Optional<String> scheduler) {
    SearchState now = state.orElseThrow().with(scheduler).after(budget.ran());
    store.decide(trials, now.json());
    state = Optional.of(now);
    for (Trial trial : trials) {
      book.put(trial);
      if (trial.state().finished()) {
        listener.trialFinished(trial);
      }
    }
  }

  // ---------------------------------------------------------------- what they share

  final Campaign campaign() {
    return campaign;
  }

  final CampaignConfig config() {
    return campaign.config();
  }

  final TrialBook book() {
    return book;
  }

  final FailureStreak failures() {
    return failures;
  }

  final SearchStrategy strategy() {
    return strategy;
  }

  final BudgetMonitor budget() {
    return budget;
  }

  /** Returns what is stored with a trial's end: where the search is. */
  final String state() {
    return state.orElseThrow().after(budget.ran()).json();
  }

  /** Returns why the strategy has no further candidate. */
  final Optional<String> exhausted() {
    return exhausted;
  }

  /** Returns why the budget lets no further trial begin. */
  final Optional<String> overBudget() {
    return overBudget;
  }

  final void setOverBudget(Optional<String> reason) {
    overBudget = reason;
  }
}
