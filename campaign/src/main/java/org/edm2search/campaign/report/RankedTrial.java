package org.edm2search.campaign.report;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.leaderboard.ParetoFront;
import org.edm2search.campaign.leaderboard.SecondObjective;
import org.edm2search.campaign.trial.Trial;

/**
 * A line of a leaderboard.
 *
 * @param rank from 1, among the trials of its protocol
 * @param trial number of the trial, 0 being the seed architecture
 * @param score mean of its trainings, lower is better
 * @param runs trials that trained it: this one and its repeats
 * @param scoreName what it measures
 * @param standing what the scores say about the architecture
 * @param nearBest whether it is the best or not told apart from it
 * @param relativeToSeed typical score divided by the seed architecture's
 * @param secondObjective what the campaign weighs against the score, such as {@code flops}
 * @param secondValue how much of it the network takes; empty for a latency that was not measured
 * @param pareto whether no other trial is better in both
 * @param candidate the network
 * @param protocol how the score was obtained, in a sentence
 * @param protocolDigest the protocol's identity
 */
public record RankedTrial(
    int rank,
    int trial,
    double score,
    List<Integer> runs,
    String scoreName,
    @JsonUnwrapped StandingReport standing,
    boolean nearBest,
    OptionalDouble relativeToSeed,
    String secondObjective,
    OptionalDouble secondValue,
    boolean pareto,
    @JsonUnwrapped CandidateReport candidate,
    String protocol,
    String protocolDigest) {

  /** Returns the lines of a leaderboard, table by table, best first. */
  public static List<RankedTrial> of(Leaderboard leaderboard) {
    List<RankedTrial> lines = new ArrayList<>();
    for (Leaderboard.Table table : leaderboard.tables()) {
      Set<Integer> front =
          ParetoFront.of(table).stream().map(Trial::number).collect(Collectors.toSet());
      table
          .rows()
          .forEach(row -> lines.add(line(table, row, front.contains(row.trial().number()))));
    }
    return List.copyOf(lines);
  }

  private static RankedTrial line(Leaderboard.Table table, Leaderboard.Row row, boolean pareto) {
    return new RankedTrial(
        row.rank(),
        row.trial().number(),
        row.score(),
        row.runs().stream().map(Trial::number).toList(),
        table.scoreName(),
        StandingReport.of(row.standing(), table.seed().isPresent()),
        row.nearBest(),
        table.toSeed(row),
        table.second().text(),
        SecondObjective.of(row.trial(), table.second()),
        pareto,
        CandidateReport.of(row.trial().candidate()),
        table.protocol().text(),
        table.protocol().digest());
  }
}
