package org.edm2search.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;

/** Failed trials that are to be tried again. */
final class PutBack {

  private PutBack() {}

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
}
