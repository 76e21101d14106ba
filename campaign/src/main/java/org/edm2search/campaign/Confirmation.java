package org.edm2search.campaign;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.space.yaml.Section;

/**
 * The {@code confirm} section: when the search has ended, the best candidates and the seed
 * architecture are trained again, each time with another seed, so that the ranking does not rest on
 * one lucky training.
 *
 * @param top how many of the best candidates
 * @param runs trainings of each in all, the first included
 */
record Confirmation(int top, int runs) implements Repeats {

  private static final int MOST_TOP = 1000;
  private static final int MOST_RUNS = 100;

  Confirmation {
    if (top < 1 || runs < 2) {
      throw new IllegalArgumentException(
          "top must be at least 1 and runs 2, but are %d and %d".formatted(top, runs));
    }
  }

  /** Reads the section, and rejects unknown keys in it. */
  static Confirmation read(Section section) {
    int top = within(section, "top", section.integer("top", 5), 1, MOST_TOP);
    int runs = within(section, "runs", section.integer("runs", 3), 2, MOST_RUNS);
    section.rejectUnknown();
    return new Confirmation(top, runs);
  }

  private static int within(Section section, String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw section.error(
          key, "must be between %d and %d, but is %d".formatted(least, most, value));
    }
    return value;
  }

  /** Returns the largest number of repeats: those of the best and of the seed architecture. */
  int most() {
    return (top + 1) * (runs - 1);
  }

  /**
   * Returns the trial that is to be repeated next: all of them once before one is twice, the best
   * ones first. Those that were chosen stay chosen, whatever their repeats score.
   *
   * @param trials all of the campaign, the search's finished
   */
  @Override
  public Optional<Trial> next(List<Trial> trials) {
    List<Trial> chosen = chosen(trials);
    return chosen.stream()
        .filter(trial -> runs(trial, trials) < runs)
        .min(Comparator.comparingLong(trial -> runs(trial, trials)));
  }

  private static long runs(Trial first, List<Trial> trials) {
    return 1 + trials.stream().filter(trial -> trial.repeats(first.number())).count();
  }

  private List<Trial> chosen(List<Trial> trials) {
    Set<Integer> before = new HashSet<>();
    trials.forEach(trial -> trial.repeatOf().ifPresent(before::add));
    List<Trial> first =
        trials.stream()
            .filter(trial -> trial.repeatOf().isEmpty() && trial.state() == TrialState.COMPLETE)
            .sorted(
                Comparator.comparingDouble((Trial trial) -> trial.score().orElseThrow())
                    .thenComparingInt(Trial::number))
            .toList();
    List<Trial> chosen = new ArrayList<>(first.subList(0, Math.min(top, first.size())));
    first.stream()
        .filter(trial -> !chosen.contains(trial))
        .filter(trial -> trial.number() == 0 || before.contains(trial.number()))
        .forEach(chosen::add);
    return chosen;
  }
}
