package org.edm2search.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.leaderboard.ParetoFront;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.cli.output.Amounts;
import org.edm2search.cli.output.TextTable;

/** A leaderboard for the terminal, and for programs. */
final class LeaderboardText {

  private static final int DIGEST_SHOWN = 8;

  private LeaderboardText() {}

  /** Returns the tables as text, a heading above each. */
  static String of(Leaderboard leaderboard) {
    if (leaderboard.tables().isEmpty()) {
      return "no trial is complete yet\n";
    }
    return leaderboard.tables().stream().map(LeaderboardText::of).collect(Collectors.joining("\n"));
  }

  private static String of(Leaderboard.Table table) {
    Optional<Trial> seed = seed(table);
    List<Trial> front = ParetoFront.of(table);
    List<String> genes = List.copyOf(genes(table.rows().get(0).trial()).keySet());
    List<String> header =
        new ArrayList<>(
            List.of("rank", "trial", scoreName(table), "vs G*", "FLOPs", "parameters", "<pareto"));
    genes.forEach(gene -> header.add("<" + gene));
    TextTable text = new TextTable(header.toArray(String[]::new));
    for (Leaderboard.Row row : table.rows()) {
      Trial trial = row.trial();
      List<String> cells = new ArrayList<>();
      cells.add(row.rank() + (row.tied() ? "=" : row.uncertain() ? "≈" : ""));
      cells.add(trial.number() == 0 ? "G* 0" : Integer.toString(trial.number()));
      cells.add(row.margin() > 0 ? score(row.score(), row.margin()) : score(row.score()));
      cells.add(versus(row.score(), seed));
      cells.add(Amounts.scaled(trial.candidate().cost().multiplyAdds()));
      cells.add(Amounts.scaled(trial.candidate().cost().parameters()));
      cells.add(front.contains(trial) ? "*" : "");
      cells.addAll(genes(trial).values());
      text.row(cells.toArray(String[]::new));
    }
    return "%s%nLower is better; ± is half a 95 %% interval; ≈: not told apart from the best.%nFLOPs: one evaluation, one multiply-add = 1. a/b: encoder/decoder.%nProtocol %s: %s%n"
        .formatted(
            text, table.protocol().digest().substring(0, DIGEST_SHOWN), table.protocol().text());
  }

  /** Returns the genes of a trial with their values, those of several places joined by slashes. */
  static Map<String, String> genes(Trial trial) {
    Map<String, String> genes = new LinkedHashMap<>();
    for (String word : trial.candidate().genotype().split(" ")) {
      String[] parts = word.split("=", 2);
      String gene = parts[0].replaceFirst("@.*", "");
      genes.merge(gene, parts[1], (before, more) -> before + "/" + more);
    }
    return genes;
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
    return base.isEmpty()
        ? ""
        : String.format(Locale.ROOT, "%+.1f%%", 100 * (score / base.getAsDouble() - 1));
  }

  /** Returns the ranked trials as values for JSON. */
  static List<Map<String, Object>> json(Leaderboard leaderboard) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Leaderboard.Table table : leaderboard.tables()) {
      Optional<Trial> seed = seed(table);
      List<Trial> front = ParetoFront.of(table);
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
        answer.put("pareto", front.contains(trial));
        answer.put("genes", genes(trial));
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
