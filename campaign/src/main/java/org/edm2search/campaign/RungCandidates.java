package org.edm2search.campaign;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.edm2search.campaign.trial.Trial;

/** Which of a campaign's trials are candidates of its scheduler, which counts them. */
final class RungCandidates {

  /** The seed architecture's candidate, which is the first. */
  static final int SEED = 0;

  private final TrialBook book;

  /** Numbers of the trials. */
  private final List<Integer> numbers = new ArrayList<>();

  private final Map<Integer, Integer> candidates = new HashMap<>();

  RungCandidates(TrialBook book) {
    this.book = book;
  }

  /** Counts the next trial of the search. */
  void add(Trial trial) {
    candidates.put(trial.number(), numbers.size());
    numbers.add(trial.number());
  }

  int count() {
    return numbers.size();
  }

  /** Returns a candidate's trial as it is now. */
  Trial trial(int candidate) {
    return book.get(numbers.get(candidate));
  }

  /** Returns the seed architecture's trial, once there is one. */
  Optional<Trial> seed() {
    return numbers.isEmpty() ? Optional.empty() : Optional.of(trial(SEED));
  }

  /** Returns the number by which the scheduler knows a trial of the search. */
  int of(Trial trial) {
    return Objects.requireNonNull(candidates.get(trial.number()), "a trial of the search");
  }
}
