package org.edm2search.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.edm2search.campaign.strategy.SearchStrategy.Proposal;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.Trial;

/**
 * A search that trains every candidate at a stretch and learns in the order of proposals.
 *
 * <p>What the strategy is asked and told does not depend on when trials end. It is told of trials
 * in the order of their numbers, and after each it is asked until as many trials are untold as the
 * executor has slots: with n slots, trial k is proposed after trial k − n was told and before trial
 * k − n + 1 is. Where a strategy wants to wait, it is told of the next trial first. An end that
 * comes early is stored at once, but told when its turn comes.
 */
final class OrderedSearch extends Search {

  private final int slots;

  /** Trials that are finished and that the strategy was not told of, by number. */
  private final TreeMap<Integer, Trial> untold = new TreeMap<>();

  private int told;

  /** Of those proposed and of those told, the trials of the search. */
  private int searched;

  private int toldOfSearch;

  OrderedSearch(
      Campaign campaign,
      CampaignListener listener,
      TrialBook book,
      FailureStreak failures,
      Optional<SearchState> state,
      int slots) {
    super(
        campaign,
        listener,
        book,
        failures,
        state,
        state.map(before -> before.known(book.ofSearch())).orElse(book.ofSearch()));
    this.slots = slots;
    this.told = state.map(SearchState::told).orElse(0);
    for (Trial trial : book.all()) {
      boolean ofSearch = trial.repeatOf().isEmpty();
      searched += ofSearch ? 1 : 0;
      toldOfSearch += ofSearch && trial.number() < told ? 1 : 0;
      if (!trial.state().finished()) {
        continue;
      }
      if (trial.number() < told) {
        budget().told(trial);
      } else {
        untold.put(trial.number(), trial);
      }
    }
  }

  @Override
  void plan() {
    setOverBudget(Optional.empty());
    while (exhausted().isEmpty()
        && searched - toldOfSearch < slots
        && searched < config().trials()) {
      setOverBudget(budget().over());
      if (overBudget().isPresent()) {
        return;
      }
      Optional<Proposal.Try> next = proposal();
      if (next.isEmpty()) {
        if (exhausted().isEmpty() && book().size() == told && book().unfinished().isEmpty()) {
          throw new IllegalStateException("the strategy waits, but nothing runs");
        }
        return;
      }
      Candidate candidate = candidate(next.get());
      setOverBudget(budget().refuses(candidate, open(), config().repeats()));
      if (overBudget().isPresent()) {
        return;
      }
      searched++;
      create(
          Trial.waiting(book().size(), candidate, campaign().clock().instant()),
          told,
          Optional.empty());
    }
  }

  @Override
  List<Trial> open() {
    List<Trial> open = new ArrayList<>(book().unfinished());
    open.addAll(untold.values());
    return open;
  }

  @Override
  void ended(Trial trial) {
    if (trial.number() < told) {
      learn(trial); // of its failure it was told in its turn
    } else {
      untold.put(trial.number(), trial);
    }
  }

  @Override
  boolean tellNext() {
    Trial next = untold.remove(told);
    if (next == null) {
      return false;
    }
    learn(next);
    told++;
    toldOfSearch += next.repeatOf().isEmpty() ? 1 : 0;
    failures().told(next);
    return true;
  }

  private void learn(Trial finished) {
    if (finished.repeatOf().isEmpty()) {
      strategy().tell(finished);
    }
    budget().told(finished);
  }
}
