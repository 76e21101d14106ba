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
 * @param previous number of the trial before
 * @param next number of the trial after
 * @param architecture the network
 * @param loss training loss
 * @param hasSamples whether a sample grid was written
 * @param durationSeconds time taken
 * @param cost parameters, multiply-adds, training
 * @param measurements every measured value
 * @param rungs held-out losses at the rungs it was trained to; empty without rungs
 * @param protocol how it was evaluated
 * @param provenance what it would take to run it again
 */
public record TrialView(
    String campaign,
    String scoreName,
    LeaderboardView.Row row,
    OptionalInt previous,
    OptionalInt next,
    Optional<ArchitectureView> architecture,
    List<LossPoint> loss,
    boolean hasSamples,
    OptionalDouble durationSeconds,
    List<Entry> cost,
    List<Entry> measurements,
    List<Entry> rungs,
    List<Entry> protocol,
    List<Entry> provenance) {

  public TrialView {
    loss = List.copyOf(loss);
    cost = List.copyOf(cost);
    measurements = List.copyOf(measurements);
    rungs = List.copyOf(rungs);
    protocol = List.copyOf(protocol);
    provenance = List.copyOf(provenance);
  }
}
