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
 * @param score what its trainings scored
 * @param standing where that leaves its architecture
 * @param tradeoff what it takes of the second objective
 * @param candidate the network
 * @param protocol how the score was obtained
 */
public record RankedTrial(
    int rank,
    int trial,
    @JsonUnwrapped Score score,
    @JsonUnwrapped Position standing,
    @JsonUnwrapped Tradeoff tradeoff,
    @JsonUnwrapped CandidateReport candidate,
    @JsonUnwrapped ProtocolReport protocol) {

  /**
   * What the trainings of an architecture scored.
   *
   * @param score their mean, lower is better
   * @param runs the trials: the ranked one and its repeats
   * @param scoreName what it measures
   */
  public record Score(double score, List<Integer> runs, String scoreName) {

    public Score {
      runs = List.copyOf(runs);
    }
  }

  /**
   * Where an architecture stands among the others.
   *
   * @param standing what the scores say about it
   * @param nearBest whether it is the best or not told apart from it
   * @param relativeToSeed typical score divided by the seed architecture's
   */
  public record Position(
      @JsonUnwrapped StandingReport standing, boolean nearBest, OptionalDouble relativeToSeed) {}

  /**
   * What is weighed against the score.
   *
   * @param secondObjective its name, such as {@code flops}
   * @param secondValue how much of it the network takes; empty for a latency that was not measured
   * @param pareto whether no other trial is better in both
   */
  public record Tradeoff(String secondObjective, OptionalDouble secondValue, boolean pareto) {}

  /** Returns the lines of a leaderboard, table by table, best first. */
  public static List<RankedTrial> of(Leaderboard leaderboard) {
    List<RankedTrial> lines = new ArrayList<>();
    for (Leaderboard.Table table : leaderboard.tables()) {
      Set<Integer> front =
          ParetoFront.of(table).stream().map(Trial::number).collect(Collectors.toSet());
      table.rows().parallelStream()
          .map(row -> line(table, row, front.contains(row.trial().number())))
          .forEachOrdered(lines::add);
    }
    return List.copyOf(lines);
  }

  private static RankedTrial line(Leaderboard.Table table, Leaderboard.Row row, boolean pareto) {
    return new RankedTrial(
        row.rank(),
        row.trial().number(),
        new Score(row.score(), row.runs().stream().map(Trial::number).toList(), table.scoreName()),
        new Position(
            StandingReport.of(row.standing(), table.seed().isPresent()),
            row.nearBest(),
            table.toSeed(row)),
        new Tradeoff(
            table.second().text(), SecondObjective.of(row.trial(), table.second()), pareto),
        CandidateReport.of(row.trial().candidate()),
        ProtocolReport.of(table.protocol()));
  }
}
