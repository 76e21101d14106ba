package org.edm2search.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.leaderboard.ParetoFront;
import org.edm2search.campaign.leaderboard.SecondObjective;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.campaign.report.Decimals;
import org.edm2search.campaign.statistics.Standing;
import org.edm2search.campaign.trial.RecordedGenotype;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.cli.output.TextTable;
import org.edm2search.space.cost.Expense;

/** A leaderboard for the terminal. */
final class LeaderboardText {

  private static final int DIGEST_SHOWN = 8;

  private LeaderboardText() {}

  /**
   * Which rows are printed.
   *
   * @param frontOnly those on the Pareto front
   * @param top ranks from 1 up to this one, and G*
   */
  record Selection(boolean frontOnly, int top) {

    private boolean has(Leaderboard.Row row, Set<Integer> front) {
      return (row.rank() <= top || row.trial().number() == 0)
          && (!frontOnly || front.contains(row.trial().number()));
    }
  }

  /**
   * Returns the tables as text, a heading above each; rows are as they are in the whole.
   *
   * @param width columns that a line may have
   */
  static String of(Leaderboard leaderboard, Selection selection, int width) {
    if (leaderboard.tables().isEmpty()) {
      return "no trial is complete yet\n";
    }
    return leaderboard.tables().stream()
        .map(table -> of(table, selection, width))
        .collect(Collectors.joining("\n"));
  }

  private static String of(Leaderboard.Table table, Selection selection, int width) {
    Optional<Leaderboard.Row> seed = table.seed();
    Set<Integer> front = front(table);
    boolean more = table.second() == Expense.LATENCY || table.second() == Expense.ACTIVATION_BYTES;
    List<String> header =
        new ArrayList<>(
            List.of(
                "rank",
                "trial",
                table.scoreName(),
                "95 %",
                "vs G*",
                "P(< G*)",
                "P(best)",
                "FLOPs",
                "params"));
    if (more) {
      header.add(table.second().label());
    }
    header.addAll(List.of("<pareto", "<differs from G* in"));
    TextTable text = new TextTable(header.toArray(String[]::new));
    int leftOut = 0;
    for (Leaderboard.Row row : table.rows()) {
      if (!selection.has(row, front)) {
        leftOut++;
        continue;
      }
      Trial trial = row.trial();
      List<String> cells = new ArrayList<>();
      cells.add(row.rank() + (row.tied() ? "=" : row.uncertain() ? "≈" : ""));
      cells.add(trial.number() == 0 ? "G* 0" : Integer.toString(trial.number()));
      Standing standing = row.standing();
      String runs = row.runs().size() > 1 ? " ×" + row.runs().size() : "";
      cells.add(score(row.score()) + runs);
      cells.add(interval(standing.againLow(), standing.againHigh()));
      cells.add(table.toSeed(row).isPresent() ? Amounts.difference(table.toSeed(row)) : "");
      boolean compared = seed.isPresent() && !sameArchitecture(row, seed.get());
      cells.add(compared ? percent(standing.betterThanReference()) : "");
      cells.add(percent(standing.best()));
      cells.add(Amounts.count(trial.candidate().cost().multiplyAdds()));
      cells.add(Amounts.count(trial.candidate().cost().parameters()));
      if (more) {
        cells.add(second(trial, table.second()));
      }
      cells.add(front.contains(trial.number()) ? "*" : "");
      cells.add(
          trial
              .candidate()
              .genotype()
              .differenceFrom(
                  seed.map(base -> base.trial().candidate().genotype())
                      .orElse(RecordedGenotype.NONE)));
      text.row(cells.toArray(String[]::new));
    }
    return text.fitted(width)
        + (leftOut > 0 && !selection.frontOnly() ? "and %,d more\n".formatted(leftOut) : "")
        + "\n"
        + TextTable.wrapped(
            "Lower is better; ×: mean of so many trainings; ranks then follow vs G*, which compares"
                + " typical scores, so that a lucky training does not come first. 95 %: where one more"
                + " training would score; P(< G*): probability of a lower typical score than G*; ≈: not told"
                + " apart from the best. FLOPs: one evaluation, one multiply-add = 1. pareto: no other is"
                + " better in both %s and %s."
                    .formatted(
                        table.trainedAgain() ? "typical score" : "score", table.second().label()),
            width)
        + TextTable.wrapped(
            "Protocol %s: %s"
                .formatted(
                    table.protocol().digest().substring(0, DIGEST_SHOWN), table.protocol().text()),
            width);
  }

  private static String second(Trial trial, Expense expense) {
    OptionalDouble value = SecondObjective.of(trial, expense);
    return value.isPresent() ? Amounts.count(value.getAsDouble()) : Amounts.NONE;
  }

  private static Set<Integer> front(Leaderboard.Table table) {
    return ParetoFront.of(table).stream().map(Trial::number).collect(Collectors.toSet());
  }

  /** Returns a score as printed. */
  static String score(double score) {
    return Decimals.significant(score, 4);
  }

  /** Returns an interval as printed. */
  static String interval(double low, double high) {
    return Decimals.significant(low, 3) + "–" + Decimals.significant(high, 3);
  }

  /** Returns a probability as printed: none is certain. */
  static String percent(double probability) {
    if (probability < 0.005) {
      return "<1%";
    }
    return probability > 0.995 ? ">99%" : Decimals.fixed(100 * probability, 0) + "%";
  }

  private static boolean sameArchitecture(Leaderboard.Row row, Leaderboard.Row other) {
    return row.trial()
        .candidate()
        .architectureId()
        .equals(other.trial().candidate().architectureId());
  }
}
