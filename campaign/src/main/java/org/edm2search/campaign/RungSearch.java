package org.edm2search.campaign;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.edm2search.campaign.fidelity.AsynchronousHalving;
import org.edm2search.campaign.fidelity.FidelitySettings;
import org.edm2search.campaign.fidelity.FidelitySettings.Mode;
import org.edm2search.campaign.fidelity.HalvingScheduler;
import org.edm2search.campaign.fidelity.HalvingScheduler.Decision;
import org.edm2search.campaign.fidelity.HalvingScheduler.Training;
import org.edm2search.campaign.fidelity.RungResult;
import org.edm2search.campaign.strategy.SearchStrategy.Proposal;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;

/**
 * A search whose candidates are trained in rungs, each as far as it deserves.
 *
 * <p>By brackets, everything that can be decided is handed out before anything more is told, and it
 * is told in the order in which it was handed out: neither the number of workers nor who ends first
 * makes a difference. Asynchronously, a trial is told when it ends, and whoever is free gets the
 * next one; without rungs that is a search in the order of ends.
 *
 * <p>The strategy learns from the first rung on, as from noisier scores ({@link RungObservations}).
 * The seed architecture is what everything is compared with, so it is trained to the top even where
 * others are better.
 */
final class RungSearch extends Search {

  private final FidelitySettings settings;
  private final RungPrices prices;
  private final int slots;
  private final HalvingScheduler scheduler;

  private final RungCandidates candidates;
  private final RungDecisions decisions;
  private final RungObservations observations;
  private final RungResults results;

  /** Trials that ended and were not told of, asynchronously. */
  private final Deque<Integer> ends = new ArrayDeque<>();

  private int turns;

  /** What the dearest trial of the search costs at a stretch. */
  private BigInteger dearest = BigInteger.ZERO;

  RungSearch(
      Campaign campaign,
      CampaignListener listener,
      TrialBook book,
      FailureStreak failures,
      Optional<SearchState> state,
      TrialProvenances provenances,
      FidelitySettings settings,
      int slots) {
    super(campaign, listener, book, failures, state, unknown(book.ofSearch()));
    this.settings = settings;
    this.candidates = new RungCandidates(book);
    this.decisions = new RungDecisions(settings, provenances, campaign.clock());
    this.slots = slots;
    this.prices =
        new RungPrices(campaign.pricing(), settings.top(), config().fidelity().isPresent());
    this.observations = new RungObservations(settings, strategy(), book);
    this.results = new RungResults(settings.top(), config().search().second(), campaign.space());
    book.ofSearch().forEach(this::number);
    this.scheduler =
        asynchronous()
            ? new AsynchronousHalving(settings, results.state(book.ofSearch()))
            : HalvingScheduler.of(settings, state.flatMap(SearchState::scheduler));
    remember();
  }

  private boolean asynchronous() {
    return settings.mode() == Mode.ASYNCHRONOUS;
  }

  private void number(Trial trial) {
    candidates.add(trial);
    dearest = dearest.max(prices.whole(trial.candidate()));
  }

  /** As the strategy proposed them: what became of them it is told in their order. */
  private static List<Trial> unknown(List<Trial> trials) {
    return trials.stream()
        .map(trial -> Trial.waiting(trial.number(), trial.candidate(), trial.createdAt()))
        .toList();
  }

  // ---------------------------------------------------------------- going on

  /** Learns again what was told before, in the same order. */
  private void remember() {
    List<Trial> trials = new ArrayList<>(book().ofSearch());
    if (asynchronous()) {
      trials.sort(Comparator.comparingInt(trial -> trial.rungs().turn().orElse(Integer.MAX_VALUE)));
      turns = (int) trials.stream().filter(trial -> trial.rungs().turn().isPresent()).count();
    }
    List<Integer> outstanding = outstanding();
    for (Trial trial : trials) {
      boolean untold = outstanding.contains(trial.number());
      for (RungResult result : results.of(trial)) {
        if (!untold || result.rung() < RungPrices.goal(trial)) {
          observations.learn(result);
        }
      }
      if (untold || !RungResults.ended(trial)) {
        budget().count(trial.number(), prices.until(trial, RungPrices.before(trial)));
      } else {
        charge(trial);
      }
    }
    book().all().stream()
        .filter(trial -> trial.repeatOf().isPresent() && trial.state().finished())
        .forEach(budget()::told);
    observations.teachAll();
  }

  // ---------------------------------------------------------------- handing out

  @Override
  void plan() {
    boolean more = true;
    while (more && !(asynchronous() && book().runnable().size() >= slots)) {
      List<Trial> decided = new ArrayList<>(late());
      Decision next = scheduler.ask(false);
      scheduler
          .out()
          .forEach(out -> decided.add(decisions.left(candidates.trial(out.candidate()), out)));
      if (next instanceof Decision.Train train) {
        decided.add(candidates.trial(train.candidate()).toward(train.rung()));
      }
      if (!decided.isEmpty()) {
        decide(decided, schedulerState());
      }
      more =
          next instanceof Decision.Train
              || next instanceof Decision.Wait && scheduler.freshRung().isPresent() && begin();
    }
  }

  /** By brackets it is small; asynchronously the trials tell it. */
  private Optional<String> schedulerState() {
    return asynchronous() ? Optional.empty() : Optional.of(scheduler.state());
  }

  /** Tried again on request after their bracket had been decided without them. */
  private List<Trial> late() {
    return book().unfinished().stream()
        .filter(trial -> trial.atRung() && trial.repeatOf().isEmpty())
        .filter(trial -> !scheduler.undecided(candidates.of(trial)))
        .map(decisions::late)
        .toList();
  }

  /** Begins a fresh candidate, and returns whether there may be more to decide. */
  private boolean begin() {
    Optional<String> over =
        candidates.count() >= config().trials() ? Optional.of("") : budget().over();
    Optional<Proposal.Try> next = over.isEmpty() ? proposal() : Optional.empty();
    boolean idle = outstanding().isEmpty();
    if (next.isPresent()) {
      Candidate proposed = candidate(next.get());
      Optional<String> refused = refuses(proposed);
      if (refused.isEmpty()) {
        Decision.Train train = (Decision.Train) scheduler.ask(true);
        Trial fresh =
            Trial.waiting(book().size(), proposed, campaign().clock().instant())
                .toward(train.rung());
        number(fresh);
        create(fresh, 0, schedulerState());
        return true;
      }
      over = refused.filter(reason -> idle); // others may cost less than their price
    }
    if (over.isEmpty() && exhausted().isEmpty()) {
      if (idle && next.isEmpty()) {
        throw new IllegalStateException("the strategy waits, but nothing runs");
      }
      return false;
    }
    setOverBudget(over.filter(reason -> !reason.isEmpty()));
    scheduler.close();
    return true;
  }

  /** Whether the budget has no room for a candidate and all that may follow from it. */
  private Optional<String> refuses(Candidate candidate) {
    if (!budget().limited()) {
      return Optional.empty();
    }
    return budget()
        .refuses(
            prices.between(candidate.cost(), RungPrices.START, scheduler.freshRung().orElseThrow()),
            prices.committed(
                scheduler,
                candidate,
                outstanding().stream().map(book()::get).toList(),
                book().unfinished(),
                candidates.seed()),
            dearest.max(prices.whole(candidate)),
            config().repeats());
  }

  // ---------------------------------------------------------------- telling

  /** Returns the trials that were handed out and not told of, in that order. */
  private List<Integer> outstanding() {
    List<Integer> all = new ArrayList<>();
    scheduler.training().forEach(one -> all.add(candidates.trial(one.candidate()).number()));
    candidates
        .seed()
        .filter(seed -> !all.contains(seed.number()) && besideTheOthers(seed))
        .ifPresent(seed -> all.add(seed.number()));
    return all;
  }

  /** Whether the seed architecture is on its own way to the top. */
  private boolean besideTheOthers(Trial seed) {
    return RungPrices.goal(seed) == settings.top()
        && !observations.know(seed.number(), settings.top())
        && !(asynchronous() ? seed.state().finished() : scheduler.undecided(RungCandidates.SEED));
  }

  @Override
  List<Trial> open() {
    return book().unfinished();
  }

  @Override
  Trial ending(Trial trial) {
    if (!asynchronous() || trial.rungs().turn().isPresent() || trial.repeatOf().isPresent()) {
      return trial;
    }
    return trial.atTurn(turns++);
  }

  @Override
  void ended(Trial trial) {
    if (trial.repeatOf().isPresent()) {
      budget().told(trial);
    } else if (asynchronous() || !outstanding().contains(trial.number())) {
      ends.add(trial.number());
    }
  }

  @Override
  boolean tellNext() {
    List<Integer> due = new ArrayList<>();
    if (!ends.isEmpty()) {
      due.add(ends.remove());
    } else if (!asynchronous()) {
      due.addAll(outstanding());
    }
    boolean all = due.stream().map(book()::get).allMatch(RungResults::ended);
    if (due.isEmpty() || !all) {
      return false;
    }
    due.stream().map(book()::get).forEach(this::tell);
    observations.teach(due);
    return true;
  }

  private void tell(Trial trial) {
    List<RungResult> shown = results.of(trial);
    RungResult last = shown.get(shown.size() - 1);
    Training training = new Training(candidates.of(trial), last.rung());
    if (scheduler.training().contains(training)) {
      scheduler.tell(new RungResult(training.candidate(), last.rung(), last.objectives()));
    }
    observations.learn(last);
    charge(trial);
    failures().told(trial);
  }

  private void charge(Trial trial) {
    if (trial.state().finished() && trial.state() != TrialState.PRUNED) {
      budget().told(trial);
    } else {
      budget().count(trial.number(), trial.spent().total());
    }
  }
}
