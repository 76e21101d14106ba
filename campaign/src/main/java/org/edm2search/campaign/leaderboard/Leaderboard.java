package org.edm2search.campaign.leaderboard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.edm2search.campaign.trial.Protocol;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;

/**
 * Complete trials ranked by score, lowest first. Scores obtained under different protocols are
 * never compared: each protocol has its own table.
 *
 * @param tables one for each protocol, in the order of its first trial
 */
public record Leaderboard(List<Table> tables) {

  /** Standard deviations that 95 % of a normal distribution lie within. */
  private static final double NORMAL_95 = 1.959963984540054;

  public Leaderboard {
    tables = List.copyOf(tables);
  }

  /**
   * The trials measured under one protocol.
   *
   * @param protocol how all scores of the table were obtained
   * @param rows best first; equal scores by number
   */
  public record Table(Protocol protocol, List<Row> rows) {

    public Table {
      rows = List.copyOf(rows);
    }
  }

  /**
   * A ranked trial.
   *
   * @param rank from 1; equal scores share a rank, and the next one skips as many
   * @param tied whether another trial has the same rank
   * @param nearBest whether the 95 % intervals of this score and the best one overlap, so that
   *     other samples might swap them; true for the best one
   * @param trial complete
   */
  public record Row(int rank, boolean tied, boolean nearBest, Trial trial) {

    /** Returns half the length of the score's 95 % interval; 0 if not known. */
    public double margin() {
      return Leaderboard.margin(trial);
    }

    /** Returns whether this is not the best trial, but is not told apart from it either. */
    public boolean uncertain() {
      return nearBest && margin() > 0 && rank > 1;
    }

    /** Returns the score, lower is better. */
    public double score() {
      return trial.score().orElseThrow();
    }
  }

  /** Ranks the complete ones of these trials. */
  public static Leaderboard of(List<Trial> trials) {
    Map<String, List<Trial>> byProtocol = new LinkedHashMap<>();
    for (Trial trial : trials) {
      if (trial.state() == TrialState.COMPLETE) {
        byProtocol
            .computeIfAbsent(protocol(trial).digest(), digest -> new ArrayList<>())
            .add(trial);
      }
    }
    return new Leaderboard(byProtocol.values().stream().map(Leaderboard::table).toList());
  }

  private static Protocol protocol(Trial trial) {
    return trial.measurement().orElseThrow().protocol();
  }

  private static Table table(List<Trial> trials) {
    List<Trial> sorted =
        trials.stream()
            .sorted(
                Comparator.comparingDouble((Trial trial) -> trial.score().orElseThrow())
                    .thenComparingInt(Trial::number))
            .toList();
    double farthest = sorted.get(0).score().orElseThrow() + margin(sorted.get(0));
    List<Row> rows = new ArrayList<>();
    int rank = 1;
    for (int i = 0; i < sorted.size(); i++) {
      Trial trial = sorted.get(i);
      double score = trial.score().orElseThrow();
      boolean likeBefore = i > 0 && sorted.get(i - 1).score().orElseThrow() == score;
      boolean likeNext = i + 1 < sorted.size() && sorted.get(i + 1).score().orElseThrow() == score;
      rank = likeBefore ? rank : i + 1;
      rows.add(new Row(rank, likeBefore || likeNext, score - margin(trial) <= farthest, trial));
    }
    return new Table(protocol(trials.get(0)), rows);
  }

  private static double margin(Trial trial) {
    return NORMAL_95 * trial.measurement().orElseThrow().value(Quantity.SCORE_DEVIATION).orElse(0);
  }

  /** Returns the best trial of the first table. */
  public Optional<Trial> best() {
    return tables.stream().findFirst().map(table -> table.rows().get(0).trial());
  }
}
