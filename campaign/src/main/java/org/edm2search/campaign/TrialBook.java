package org.edm2search.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.edm2search.campaign.trial.Trial;

/** All trials of a campaign as the store has them. */
final class TrialBook {

  private final List<Trial> trials = new ArrayList<>();

  /** By number; a few, however many there are in all. */
  private final TreeMap<Integer, Trial> unfinished = new TreeMap<>();

  TrialBook(List<Trial> stored) {
    stored.forEach(this::put);
  }

  /** Adds the next trial, or replaces one. */
  void put(Trial trial) {
    if (trial.number() == trials.size()) {
      trials.add(trial);
    } else {
      trials.set(trial.number(), trial);
    }
    if (trial.state().finished()) {
      unfinished.remove(trial.number());
    } else {
      unfinished.put(trial.number(), trial);
    }
  }

  int size() {
    return trials.size();
  }

  Trial get(int number) {
    return trials.get(number);
  }

  List<Trial> all() {
    return List.copyOf(trials);
  }

  /** Returns the trials of the search, which are those that repeat none. */
  List<Trial> ofSearch() {
    return trials.stream().filter(trial -> trial.repeatOf().isEmpty()).toList();
  }

  List<Trial> unfinished() {
    return List.copyOf(unfinished.values());
  }

  /** Returns the trials that run or could: those not finished that do not wait at a rung. */
  List<Trial> runnable() {
    return unfinished.values().stream().filter(trial -> !trial.atRung()).toList();
  }
}
