package org.edm2search.campaign;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.edm2search.campaign.fidelity.FidelitySettings;
import org.edm2search.campaign.fidelity.HalvingScheduler.Training;
import org.edm2search.campaign.fidelity.RungResult;
import org.edm2search.campaign.fidelity.RungTranslation;
import org.edm2search.campaign.strategy.Observation;
import org.edm2search.campaign.strategy.SearchStrategy;
import org.edm2search.campaign.trial.RungLoss;
import org.edm2search.campaign.trial.Trial;

/**
 * What a strategy learns from rungs: of each trial the latest, translated into the score it lets
 * expect and how surely ({@link RungTranslation}).
 */
final class RungObservations {

  private final FidelitySettings settings;
  private final SearchStrategy strategy;
  private final TrialBook book;

  /** All that was told, candidates by the numbers of their trials; the newest last. */
  private final Map<Training, RungResult> results = new LinkedHashMap<>();

  /** The latest of each trial, in the order in which the trials were first told of. */
  private final Map<Integer, RungResult> latest = new LinkedHashMap<>();

  RungObservations(FidelitySettings settings, SearchStrategy strategy, TrialBook book) {
    this.settings = settings;
    this.strategy = strategy;
    this.book = book;
  }

  /** Takes in what a trial showed; a later result at the same rung replaces the earlier one. */
  void learn(RungResult result) {
    Training training = new Training(result.candidate(), result.rung());
    results.remove(training);
    results.put(training, result);
    latest.put(result.candidate(), result);
  }

  /** Returns whether it is known what a trial showed at a rung. */
  boolean know(int trial, int rung) {
    return results.containsKey(new Training(trial, rung));
  }

  /** Tells the strategy everything. */
  void teachAll() {
    teach(latest.keySet());
  }

  /**
   * Tells the strategy of some trials and, as they say more of what the lower rungs of all others
   * mean, of those again.
   */
  void teach(Collection<Integer> news) {
    boolean oneRung = settings.rungs() == 1;
    // With one rung there are scores only: nothing to translate, however many there are.
    List<RungResult> translated =
        oneRung
            ? List.of()
            : results.values().stream()
                .filter(result -> !result.failed() && result.objectives().get(0) > 0)
                .toList();
    RungTranslation translation = new RungTranslation(settings.rungs(), translated);
    Collection<Integer> trials = oneRung ? news : latest.keySet();
    for (int trial : trials) {
      RungResult result = Objects.requireNonNull(latest.get(trial), "learnt");
      strategy.tell(observation(book.get(trial), result, translation));
    }
  }

  private Observation observation(Trial trial, RungResult result, RungTranslation translation) {
    String id = trial.candidate().architectureId();
    double cost = trial.candidate().cost().multiplyAdds();
    if (result.failed()) {
      return new Observation(trial.number(), id, OptionalDouble.empty(), 0, cost);
    }
    if (result.rung() == settings.top()) {
      return Observation.of(trial);
    }
    RungLoss loss =
        trial.rungs().reached().stream()
            .filter(one -> one.rung() == result.rung())
            .findFirst()
            .orElseThrow();
    RungTranslation.Expected expected =
        translation.expected(
            result.rung(), loss.loss(), loss.standardError() * loss.standardError());
    return new Observation(
        trial.number(), id, OptionalDouble.of(expected.score()), expected.variance(), cost);
  }
}
