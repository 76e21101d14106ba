package org.edm2search.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;

/** Puts trials back that are to be tried again. */
final class Retrying {

  private Retrying() {}

  static List<Integer> failed(TrialStore store, Predicate<Trial> which) {
    List<Integer> numbers = new ArrayList<>();
    for (Trial trial : store.trials()) {
      if (trial.state() == TrialState.FAILED && which.test(trial)) {
        store.putBack(trial.again());
        numbers.add(trial.number());
      }
    }
    return numbers;
  }

  /** Returns whether the trial failed or was excluded, and so now waits. */
  static boolean one(TrialStore store, int number) {
    Optional<Trial> trial =
        store
            .trial(number)
            .filter(
                there ->
                    there.state() == TrialState.FAILED || there.state() == TrialState.EXCLUDED);
    trial.ifPresent(there -> store.putBack(there.again()));
    return trial.isPresent();
  }

  /** Returns what ended the last attempt at a trial, or that there was none. */
  static String lastFailure(TrialReader store, Trial trial) {
    return store.attempts().stream()
        .filter(attempt -> attempt.trial() == trial.number())
        .reduce((earlier, later) -> later)
        .map(Attempt::reason)
        .orElse("no attempt at it failed");
  }
}
