package org.edm2search.bench.strategies;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One search's money and findings: everything looked up is charged, training only once. The
 * recommendation at any time is the fully trained architecture with the lowest mean score.
 */
final class Account {

  /**
   * From an amount spent on, an architecture is recommended.
   *
   * @param spent share of the budget
   */
  record Step(double spent, String architecture) {}

  /** What a look at an architecture showed, and the standard deviation of it. */
  record Look(double value, double deviation) {}

  private final World world;
  private final Map<String, Double> trained = new HashMap<>();
  private final Map<String, List<Double>> scores = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private double spent;

  Account(World world) {
    this.world = world;
  }

  World world() {
    return world;
  }

  /** Returns whether there is money left; the last purchase may exceed it. */
  boolean open() {
    return spent < world.budget();
  }

  /** Returns the share of the budget that is left, at least 0. */
  double left() {
    return Math.max(0, 1 - spent / world.budget());
  }

  /** Returns whether the table has an architecture. */
  boolean knows(String id) {
    return world.seen().containsKey(id);
  }

  private Outcome outcome(String id) {
    return Optional.ofNullable(world.seen().get(id)).orElseThrow();
  }

  private void train(String id, int rung) {
    double until = outcome(id).trainingFlops().get(rung);
    spent += Math.max(0, until - trained.getOrDefault(id, 0.0));
    trained.merge(id, until, Math::max);
  }

  /** Trains up to a rung and measures the held-out loss. */
  Look loss(String id, int rung) {
    train(id, rung);
    spent += outcome(id).lossFlops().get(rung);
    return new Look(outcome(id).losses().get(rung), 0);
  }

  /** Trains fully and scores; a second time the training is there, and other samples are drawn. */
  Look score(String id) {
    Outcome outcome = outcome(id);
    int top = outcome.top();
    train(id, top);
    spent += outcome.scoreFlops().get(top);
    List<Double> all = scores.computeIfAbsent(id, key -> new ArrayList<>());
    double score = all.isEmpty() ? outcome.scores().get(top) : outcome.again();
    all.add(score);
    recommendation().ifPresent(best -> steps.add(new Step(spent / world.budget(), best)));
    return new Look(score, outcome.deviations().get(top));
  }

  private Optional<String> recommendation() {
    return scores.keySet().stream()
        .min(
            Comparator.comparingDouble((String id) -> mean(id).orElseThrow())
                .thenComparing(Comparator.naturalOrder()));
  }

  /** Returns the mean of an architecture's scores. */
  OptionalDouble mean(String id) {
    return scores.getOrDefault(id, List.of()).stream().mapToDouble(score -> score).average();
  }

  /** Returns whether an architecture was scored once and the table has a second score of it. */
  boolean hasSecondLook(String id) {
    return scores.getOrDefault(id, List.of()).size() == 1 && Double.isFinite(outcome(id).again());
  }

  /** Returns the architectures that were scored. */
  List<String> scored() {
    return scores.keySet().stream().sorted().toList();
  }

  /** Returns the recommendations over what was spent. */
  List<Step> steps() {
    return List.copyOf(steps);
  }
}
