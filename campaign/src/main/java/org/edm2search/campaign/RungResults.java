package org.edm2search.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.edm2search.campaign.fidelity.AsynchronousHalving;
import org.edm2search.campaign.fidelity.HalvingScheduler.Training;
import org.edm2search.campaign.fidelity.RungResult;
import org.edm2search.campaign.trial.RungLoss;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.cost.Expense;

/**
 * What trials have shown at rungs, as schedulers take it: losses below the top, the score there,
 * and beside them the second objective.
 *
 * @param top index of the whole training
 * @param second what is minimized beside loss and score
 */
record RungResults(int top, Optional<Expense> second, SearchSpace space) {

  /** Returns whether a trial has ended or is at the rung it was to be trained to. */
  static boolean ended(Trial trial) {
    int goal = RungPrices.goal(trial);
    return trial.state().finished()
        || trial.rungs().last().filter(loss -> loss.rung() == goal).isPresent();
  }

  /** Returns all that a trial has shown, the lowest rung first. */
  List<RungResult> of(Trial trial) {
    List<RungResult> shown = new ArrayList<>();
    for (RungLoss loss : trial.rungs().reached()) {
      if (loss.rung() < top) {
        shown.add(of(trial, loss.rung(), OptionalDouble.of(loss.loss())));
      }
    }
    if (trial.state().finished() && trial.state() != TrialState.PRUNED) {
      int goal = RungPrices.goal(trial);
      shown.removeIf(result -> result.rung() == goal);
      shown.add(of(trial, goal, trial.score()));
    }
    return shown;
  }

  private RungResult of(Trial trial, int rung, OptionalDouble value) {
    List<Double> objectives = new ArrayList<>();
    if (value.isPresent()) {
      objectives.add(value.getAsDouble());
      second
          .map(expense -> space.expense(trial.candidate().genotype().in(space), expense))
          .ifPresent(objectives::add);
    }
    return new RungResult(trial.number(), rung, objectives);
  }

  /**
   * Returns the state of a scheduler that has decided what the trials tell.
   *
   * @param trials of the search, in the order in which they were begun
   */
  AsynchronousHalving.State state(List<Trial> trials) {
    List<Training> training = new ArrayList<>();
    List<Training> promoted = new ArrayList<>();
    List<Integer> dropped = new ArrayList<>();
    List<RungResult> told = new ArrayList<>();
    for (int candidate = 0; candidate < trials.size(); candidate++) {
      Trial trial = trials.get(candidate);
      int goal = RungPrices.goal(trial);
      for (RungResult result : of(trial)) {
        told.add(new RungResult(candidate, result.rung(), result.objectives()));
        if (result.rung() < goal) {
          promoted.add(new Training(candidate, result.rung()));
        }
      }
      if (!ended(trial)) {
        training.add(new Training(candidate, goal));
      }
      if (trial.state() == TrialState.PRUNED) {
        dropped.add(candidate);
      }
    }
    return new AsynchronousHalving.State(trials.size(), training, promoted, dropped, told);
  }
}
