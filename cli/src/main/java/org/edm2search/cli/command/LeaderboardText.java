package org.edm2search.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.leaderboard.ParetoFront;
import org.edm2search.campaign.report.Amounts;
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
    Optional<Trial> seed = seed(table);
    Set<Integer> front = front(table);
    TextTable text =
        new TextTable(
            "rank",
            "trial",
            scoreName(table),
            "vs G*",
            "FLOPs",
            "params",
            "<pareto",
            "<differs from G* in");
    for (Leaderboard.Row row : table.rows()) {
      Trial trial = row.trial();
      List<String> cells = new ArrayList<>();
      cells.add(row.rank() + (row.tied() ? "=" : row.uncertain() ? "≈" : ""));
      cells.add(trial.number() == 0 ? "G* 0" : Integer.toString(trial.number()));
      cells.add(row.margin() > 0 ? score(row.score(), row.margin()) : score(row.score()));
      cells.add(versus(row.score(), seed));
      cells.add(Amounts.count(trial.candidate().cost().multiplyAdds()));
      cells.add(Amounts.count(trial.candidate().cost().parameters()));
      cells.add(front.contains(trial.number()) ? "*" : "");
      cells.add(
          Loci.difference(
              trial.candidate().genotype(),
              seed.map(base -> base.candidate().genotype()).orElse("")));
      text.row(cells.toArray(String[]::new));
    }
    return text.fitted(width)
        + "\n"
        + TextTable.wrapped(
            "Lower is better; ± is half a 95 % interval; ≈: not told apart from the best. FLOPs: one"
                + " evaluation, one multiply-add = 1.",
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

  /** Returns a score with half its interval, as printed. */
  static String score(double score, double margin) {
    return String.format(Locale.ROOT, "%.4g ± %.2g", score, margin);
  }

  private static String scoreName(Leaderboard.Table table) {
    return table.rows().get(0).trial().measurement().orElseThrow().score().name();
  }

  private static Optional<Trial> seed(Leaderboard.Table table) {
    return table.rows().stream()
        .map(Leaderboard.Row::trial)
        .filter(trial -> trial.number() == 0)
        .findFirst();
  }

  private static String versus(double score, Optional<Trial> seed) {
    OptionalDouble base = seed.map(Trial::score).orElse(OptionalDouble.empty());
    return base.isEmpty() ? "" : Amounts.difference(score / base.getAsDouble());
  }

  /** Returns the ranked trials as values for JSON. */
  static List<Map<String, Object>> json(Leaderboard leaderboard) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Leaderboard.Table table : leaderboard.tables()) {
      Optional<Trial> seed = seed(table);
      Set<Integer> front = front(table);
      for (Leaderboard.Row row : table.rows()) {
        Trial trial = row.trial();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("rank", row.rank());
        answer.put("trial", trial.number());
        answer.put("score", row.score());
        answer.put("score_name", scoreName(table));
        answer.put("margin_95", row.margin());
        answer.put("near_best", row.nearBest());
        seed.ifPresent(
            base -> answer.put("relative_to_seed", row.score() / base.score().getAsDouble()));
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
