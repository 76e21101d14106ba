package org.edm2search.bench.strategies;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.edm2search.space.SearchSpace;

/**
 * What one search can find out, and what it is judged by. Architectures are searched by what one
 * seed showed, and judged by the score of the other seed: luck of the first does not count.
 *
 * @param space what is searched
 * @param seen what training an architecture shows, by identity
 * @param regret how much the logarithm of an architecture's held-out score is above the lowest
 * @param budget multiply-adds a search may spend, scoring included
 */
record World(
    SearchSpace space, Map<String, Outcome> seen, Map<String, Double> regret, double budget) {

  World {
    seen = Map.copyOf(seen);
    regret = Map.copyOf(regret);
  }

  /**
   * Searches by one seed of a table and judges by the other.
   *
   * @param search 0 or 1, the seed to search by
   * @param trainings the budget, in average full trainings with their scores
   */
  static World crossFit(CandidateTable table, int search, double trainings) {
    Map<String, Outcome> seen = new HashMap<>();
    Map<String, Double> judged = new HashMap<>();
    table
        .outcomes()
        .forEach(
            (id, seeds) -> {
              seen.put(id, seeds.get(search));
              Outcome held = seeds.get(1 - search);
              judged.put(id, Math.log(held.scores().get(held.top())));
            });
    double lowest = Collections.min(judged.values());
    judged.replaceAll((id, score) -> score - lowest);
    double full = seen.values().stream().mapToDouble(Outcome::fullFlops).average().orElseThrow();
    return new World(table.space(), seen, judged, trainings * full);
  }

  /** Returns a world in which what is seen says nothing about what is judged: nobody can win. */
  World shuffled(long seed) {
    List<String> ids = new ArrayList<>(regret.keySet());
    Collections.sort(ids);
    List<String> others = new ArrayList<>(ids);
    Collections.shuffle(others, new Random(seed));
    Map<String, Double> judged = new HashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      judged.put(ids.get(i), regret.getOrDefault(others.get(i), 0.0));
    }
    return new World(space, seen, judged, budget);
  }
}
