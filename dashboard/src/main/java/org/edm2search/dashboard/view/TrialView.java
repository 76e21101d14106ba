package org.edm2search.dashboard.view;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.edm2search.space.LossPoint;

/**
 * One trial in full.
 *
 * @param campaign name of the campaign
 * @param scoreName what the score measures; lower is better
 * @param row its line of the leaderboard
 * @param neighbors the trials beside it
 * @param architecture the network
 * @param training how it was trained
 * @param details what more is known of it
 */
public record TrialView(
    String campaign,
    String scoreName,
    LeaderboardView.Row row,
    Neighbors neighbors,
    Optional<ArchitectureView> architecture,
    Training training,
    Details details) {

  /**
   * The trials beside one.
   *
   * @param previous number of the trial before
   * @param next number of the trial after
   */
  public record Neighbors(OptionalInt previous, OptionalInt next) {}

  /**
   * How a trial was trained.
   *
   * @param loss training loss
   * @param hasSamples whether a sample grid was written
   * @param durationSeconds time taken
   */
  public record Training(List<LossPoint> loss, boolean hasSamples, OptionalDouble durationSeconds) {

    public Training {
      loss = List.copyOf(loss);
    }
  }

  /**
   * What more is known of a trial.
   *
   * @param cost parameters, multiply-adds, training
   * @param measurements every measured value
   * @param rungs held-out losses at the rungs it was trained to; empty without rungs
   * @param protocol how it was evaluated
   * @param provenance what it would take to run it again
   */
  public record Details(
      List<Entry> cost,
      List<Entry> measurements,
      List<Entry> rungs,
      List<Entry> protocol,
      List<Entry> provenance) {

    public Details {
      cost = List.copyOf(cost);
      measurements = List.copyOf(measurements);
      rungs = List.copyOf(rungs);
      protocol = List.copyOf(protocol);
      provenance = List.copyOf(provenance);
    }
  }
}
