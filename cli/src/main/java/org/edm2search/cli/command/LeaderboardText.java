package org.edm2search.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.leaderboard.ParetoFront;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.campaign.statistics.Standing;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.cli.output.TextTable;

/** A leaderboard for the terminal, and for programs. */
final class LeaderboardText {

  private static final int DIGEST_SHOWN = 8;

  private LeaderboardText() {}

  /**
   * Returns the tables as text, a heading above each.
   *
   * @param width columns that a line may have
   */
  static String of(Leaderboard leaderboard, int width) {
    if (leaderboard.tables().isEmpty()) {
      return "no trial is complete yet\n";
    }
    return leaderboard.tables().stream()
        .map(table -> of(table, width))
        .collect(Collectors.joining("\n"));
  }

  private static String of(Leaderboard.Table table, int width) {
    Optional<Leaderboard.Row> seed = seed(table);
    Set<Integer> front = front(table);
    TextTable text =
        new TextTable(
            "rank",
            "trial",
            scoreName(table),
            "95 %",
            "vs G*",
            "P(< G*)",
            "P(best)",
            "FLOPs",
            "params",
            "<pareto",
            "<differs from G* in");
    for (Leaderboard.Row row : table.rows()) {
      Trial trial = row.trial();
      List<String> cells = new ArrayList<>();
      cells.add(row.rank() + (row.tied() ? "=" : row.uncertain() ? "≈" : ""));
      cells.add(trial.number() == 0 ? "G* 0" : Integer.toString(trial.number()));
      Standing standing = row.standing();
      String runs = row.runs().size() > 1 ? " ×" + row.runs().size() : "";
      cells.add(score(row.score()) + runs);
      cells.add(interval(standing.low(), standing.high()));
      cells.add(toSeed(row, seed).map(Amounts::difference).orElse(""));
      boolean compared = seed.isPresent() && !sameArchitecture(row, seed.get());
      cells.add(compared ? percent(standing.betterThanReference()) : "");
      cells.add(percent(standing.best()));
      cells.add(Amounts.count(trial.candidate().cost().multiplyAdds()));
      cells.add(Amounts.count(trial.candidate().cost().parameters()));
      cells.add(front.contains(trial.number()) ? "*" : "");
      cells.add(
          Loci.difference(
              trial.candidate().genotype(),
              seed.map(base -> base.trial().candidate().genotype()).orElse("")));
      text.row(cells.toArray(String[]::new));
    }
    return text.fitted(width)
        + "\n"
        + TextTable.wrapped(
            "Lower is better; ×: mean of so many trainings. 95 %: interval of the typical score over trainings and samples; vs G*"
                + " compares typical scores; P(< G*): probability of a lower one than G*; ≈: not told"
                + " apart from the best. FLOPs: one evaluation, one multiply-add = 1.",
            width)
        + TextTable.wrapped(
            "Protocol %s: %s"
                .formatted(
                    table.protocol().digest().substring(0, DIGEST_SHOWN), table.protocol().text()),
            width);
  }

  private static Set<Integer> front(Leaderboard.Table table) {
    return ParetoFront.of(table).stream().map(Trial::number).collect(Collectors.toSet());
  }

  /** Returns a score as printed. */
  static String score(double score) {
    return String.format(Locale.ROOT, "%.4g", score);
  }

  /** Returns an interval as printed. */
  static String interval(double low, double high) {
    return String.format(Locale.ROOT, "%.3g–%.3g", low, high);
  }

  /** Returns a probability as printed: none is certain. */
  static String percent(double probability) {
    if (probability < 0.005) {
      return "<1%";
    }
    return probability > 0.995 ? ">99%" : String.format(Locale.ROOT, "%.0f%%", 100 * probability);
  }

  private static String scoreName(Leaderboard.Table table) {
    return table.rows().get(0).trial().measurement().orElseThrow().score().name();
  }

  private static Optional<Leaderboard.Row> seed(Leaderboard.Table table) {
    return table.rows().stream().filter(row -> row.trial().number() == 0).findFirst();
  }

  private static boolean sameArchitecture(Leaderboard.Row row, Leaderboard.Row other) {
    return row.trial()
        .candidate()
        .architectureId()
        .equals(other.trial().candidate().architectureId());
  }

  /** Returns the typical score divided by the seed architecture's. */
  private static Optional<Double> toSeed(Leaderboard.Row row, Optional<Leaderboard.Row> seed) {
    return seed.map(base -> base.standing().typical())
        .filter(base -> base > 0)
        .map(base -> row.standing().typical() / base);
  }

  /** Returns the ranked trials as values for JSON. */
  static List<Map<String, Object>> json(Leaderboard leaderboard) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Leaderboard.Table table : leaderboard.tables()) {
      Optional<Leaderboard.Row> seed = seed(table);
      Set<Integer> front = front(table);
      for (Leaderboard.Row row : table.rows()) {
        Trial trial = row.trial();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("rank", row.rank());
        answer.put("trial", trial.number());
        answer.put("score", row.score());
        answer.put("runs", row.runs().stream().map(Trial::number).toList());
        answer.put("score_name", scoreName(table));
        Standing standing = row.standing();
        answer.put("typical", standing.typical());
        answer.put("low_95", standing.low());
        answer.put("high_95", standing.high());
        answer.put("again_low_95", standing.againLow());
        answer.put("again_high_95", standing.againHigh());
        answer.put("near_best", row.nearBest());
        answer.put("probability_best", standing.best());
        toSeed(row, seed).ifPresent(ratio -> answer.put("relative_to_seed", ratio));
        if (seed.isPresent()) {
          answer.put("probability_better_than_seed", standing.betterThanReference());
        }
        answer.put("flops", trial.candidate().cost().multiplyAdds());
        answer.put("parameters", trial.candidate().cost().parameters());
        answer.put("pareto", front.contains(trial.number()));
        answer.put("genes", Loci.of(trial.candidate().genotype()));
        answer.put("genotype", trial.candidate().genotype());
        answer.put("architecture_id", trial.candidate().architectureId());
        answer.put("protocol", table.protocol().text());
        answer.put("protocol_digest", table.protocol().digest());
        rows.add(answer);
      }
    }
    return rows;
  }
}
