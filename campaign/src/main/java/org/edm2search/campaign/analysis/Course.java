package org.edm2search.campaign.analysis;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.edm2search.campaign.leaderboard.SecondObjective;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.space.cost.Expense;

/**
 * How a search went: a point after each trial, in the order they ended.
 *
 * @param points after each complete trial of the search
 */
public record Course(List<Point> points) {

  public Course {
    points = List.copyOf(points);
  }

  /**
   * After a trial.
   *
   * @param trial that ended
   * @param flops spent by all that had ended, whatever became of them
   * @param score its own
   * @param bestScore lowest so far, by luck too
   * @param hypervolume share of the box of scores and costs that the trials so far dominate, both
   *     in logarithms; the box is that of all trials, or of all campaigns compared
   */
  public record Point(
      int trial, BigInteger flops, double score, double bestScore, double hypervolume) {}

  /** The box that hypervolumes are shares of. */
  record Box(double leastScore, double mostScore, double leastCost, double mostCost) {

    static Box of(List<Trial> trials, Expense second) {
      Box box = new Box(Double.MAX_VALUE, -Double.MAX_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE);
      for (Trial trial : trials) {
        OptionalDouble cost = SecondObjective.of(trial, second);
        if (trial.score().isPresent() && cost.isPresent()) {
          double score = log(trial.score().getAsDouble());
          double price = log(cost.getAsDouble());
          box =
              new Box(
                  Math.min(box.leastScore, score),
                  Math.max(box.mostScore, score),
                  Math.min(box.leastCost, price),
                  Math.max(box.mostCost, price));
        }
      }
      return box;
    }

    double share(double score, double width) {
      double height = mostScore - leastScore;
      double all = height * (mostCost - leastCost);
      return all > 0 ? (mostScore - score) * width / all : 0;
    }
  }

  static double log(double value) {
    return value > 0 ? Math.log(value) : value;
  }

  static Course of(List<Trial> trials, Expense second, Box box) {
    List<Trial> ended =
        trials.stream()
            .filter(trial -> trial.finishedAt().isPresent())
            .sorted(
                Comparator.comparing((Trial trial) -> trial.finishedAt().orElseThrow())
                    .thenComparingInt(Trial::number))
            .toList();
    BigInteger spent = BigInteger.ZERO;
    double best = Double.POSITIVE_INFINITY;
    TreeMap<Double, Double> front = new TreeMap<>();
    List<Point> points = new ArrayList<>();
    double volume = 0;
    for (Trial trial : ended) {
      spent = spent.add(trial.spent().total());
      if (trial.state() != TrialState.COMPLETE || trial.repeatOf().isPresent()) {
        continue;
      }
      double score = trial.score().orElseThrow();
      best = Math.min(best, score);
      OptionalDouble cost = SecondObjective.of(trial, second);
      if (cost.isPresent() && enters(front, log(cost.getAsDouble()), log(score))) {
        volume = volume(front, box);
      }
      points.add(new Point(trial.number(), spent, score, best, volume));
    }
    return new Course(points);
  }

  /** Adds a point to a front of lowest scores by cost, unless it is dominated. */
  private static boolean enters(TreeMap<Double, Double> front, double cost, double score) {
    Map.Entry<Double, Double> cheaper = front.floorEntry(cost);
    if (cheaper != null && cheaper.getValue() <= score) {
      return false;
    }
    front.tailMap(cost, true).values().removeIf(other -> other >= score);
    front.put(cost, score);
    return true;
  }

  private static double volume(TreeMap<Double, Double> front, Box box) {
    double volume = 0;
    for (Map.Entry<Double, Double> point : front.entrySet()) {
      Double next = front.higherKey(point.getKey());
      double width = (next == null ? box.mostCost() : next) - point.getKey();
      volume += box.share(point.getValue(), width);
    }
    return volume;
  }
}
