package org.edm2search.campaign.fidelity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The order in which candidates of a rung deserve more training: by non-dominated front, then by
 * crowding distance, the loneliest first (Deb et al. 2002, NSGA-II; for rungs Schmucker et al.
 * 2106.12639). With one objective that is the order of scores. Equals are in order of number, and
 * candidates that failed are left out.
 */
final class Promotion {

  private Promotion() {}

  private record Placed(RungResult result, int front, double crowding) {}

  /** Returns the candidates that did not fail, best first. */
  public static List<RungResult> order(List<RungResult> results) {
    List<RungResult> rest = new ArrayList<>(results);
    rest.removeIf(RungResult::failed);
    rest.sort(Comparator.comparingInt(RungResult::candidate));
    if (rest.isEmpty() || rest.get(0).objectives().size() == 1) {
      rest.sort(Comparator.comparingDouble(result -> result.objectives().get(0)));
      return List.copyOf(rest);
    }
    List<Placed> placed = new ArrayList<>();
    for (int front = 0; !rest.isEmpty(); front++) {
      List<RungResult> candidates = List.copyOf(rest);
      List<RungResult> undominated =
          candidates.stream()
              .filter(one -> candidates.stream().noneMatch(other -> other.dominates(one)))
              .toList();
      rest.removeAll(undominated);
      for (RungResult result : undominated) {
        placed.add(new Placed(result, front, crowding(result, undominated)));
      }
    }
    return placed.stream()
        .sorted(
            Comparator.comparingInt(Placed::front)
                .thenComparing(Comparator.comparingDouble(Placed::crowding).reversed())
                .thenComparingInt(one -> one.result().candidate()))
        .map(Placed::result)
        .toList();
  }

  /** The sum of distances between both neighbours on the front, each objective scaled to 1. */
  private static double crowding(RungResult result, List<RungResult> front) {
    double crowding = 0;
    for (int i = 0; i < result.objectives().size(); i++) {
      int objective = i;
      double own = result.objectives().get(i);
      double[] values =
          front.stream().mapToDouble(one -> one.objectives().get(objective)).sorted().toArray();
      double least = values[0];
      double most = values[values.length - 1];
      if (own == least || own == most) {
        return Double.POSITIVE_INFINITY;
      }
      int below = 0;
      while (values[below + 1] < own) {
        below++;
      }
      int above = values.length - 1;
      while (values[above - 1] > own) {
        above--;
      }
      crowding += (values[above] - values[below]) / (most - least);
    }
    return crowding;
  }
}
