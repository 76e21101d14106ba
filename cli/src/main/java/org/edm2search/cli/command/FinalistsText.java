package org.edm2search.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.campaign.report.ReportJson;
import org.edm2search.campaign.statistics.ScoreModel;
import org.edm2search.campaign.statistics.Standing;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.cli.output.TextTable;
import org.edm2search.pipeline.trial.FinalistResult;

/** What finalists scored: by the campaign's protocol as its leaderboard, and with more samples. */
final class FinalistsText {

  private final List<Leaderboard.Row> rows;
  private final List<FinalistResult> results;
  private final List<Standing> standings;
  private final String label;
  private final int samples;

  /**
   * Compares finalists.
   *
   * @param rows of the leaderboard, best first
   * @param results of each row, with more samples
   * @param label of those scores
   * @param samples of a block
   */
  FinalistsText(
      List<Leaderboard.Row> rows, List<FinalistResult> results, String label, int samples) {
    this.rows = rows;
    this.results = results;
    this.label = label;
    this.samples = samples;
    this.standings =
        ScoreModel.DEFAULT
            .standings(results.stream().map(FinalistResult::runs).toList(), Math.max(0, seed()))
            .architectures();
  }

  /** Returns the index of the seed architecture, -1 if it is not among them. */
  private int seed() {
    return IntStream.range(0, rows.size())
        .filter(i -> rows.get(i).trial().number() == 0)
        .findFirst()
        .orElse(-1);
  }

  /**
   * Returns a table and two sentences.
   *
   * @param ending why the training ended
   */
  String text(Optional<String> ending, int width) {
    TextTable table =
        new TextTable(
            "trial",
            "search score",
            "EMA",
            "guidance",
            label,
            "±",
            "least",
            "95 %",
            "P(best)",
            "<blocks");
    for (int i = 0; i < rows.size(); i++) {
      FinalistResult result = results.get(i);
      Standing standing = standings.get(i);
      table.row(
          name(rows.get(i).trial()),
          number(rows.get(i).score()),
          number(result.chosen().ema()),
          number(result.chosen().guidance().weight()),
          number(result.mean()),
          number(result.standardDeviation()),
          number(result.least()),
          LeaderboardText.interval(standing.low(), standing.high()),
          LeaderboardText.percent(standing.best()),
          String.join(" ", result.blocks().stream().map(FinalistsText::number).toList()));
    }
    StringBuilder text = new StringBuilder(table.fitted(width));
    text.append('\n');
    text.append(
        TextTable.wrapped(
            "Mean and standard deviation over blocks of %,d samples, of seeds that nothing was chosen on and of all trainings of a trial; 95 %%: interval of the typical score over trainings; P(best): of being the best of these."
                .formatted(samples),
            width));
    ending.ifPresent(
        words -> text.append(TextTable.wrapped("Training ended: %s.".formatted(words), width)));
    sentences().forEach(sentence -> text.append(TextTable.wrapped(sentence, width)));
    return text.toString();
  }

  /** Returns what a paper would print, by the campaign's protocol and with more samples. */
  private List<String> sentences() {
    Leaderboard.Row first = rows.get(0);
    return List.of(
        sentence(
            "On the campaign's samples",
            first.trial().measurement().orElseThrow().score().name(),
            "all",
            rows.stream().map(row -> row.runs().size()).toList(),
            rows.stream().map(Leaderboard.Row::standing).toList()),
        sentence(
            "On %,d fresh samples a block".formatted(samples),
            label,
            "these",
            results.stream().map(result -> result.trainings().size()).toList(),
            standings));
  }

  private String sentence(
      String where, String scoreName, String all, List<Integer> trainings, List<Standing> of) {
    int best =
        IntStream.range(0, of.size())
            .reduce((a, b) -> of.get(b).best() > of.get(a).best() ? b : a)
            .orElseThrow();
    Standing leader = of.get(best);
    String probability = "P(best of %s) = %s".formatted(all, Amounts.probability(leader.best()));
    if (best == seed() || seed() < 0) {
      return "%s, %s scores %s; %s."
          .formatted(
              where, subject(best), score(scoreName, trainings.get(best), leader), probability);
    }
    return "%s, %s scores %s against G*'s %s; %s, P(better than G*) = %s."
        .formatted(
            where,
            subject(best),
            score(scoreName, trainings.get(best), leader),
            score("", trainings.get(seed()), of.get(seed())),
            probability,
            Amounts.probability(leader.betterThanReference()));
  }

  private String subject(int index) {
    int number = rows.get(index).trial().number();
    return number == 0 ? "G*" : "trial " + number;
  }

  private static String score(String scoreName, int trainings, Standing standing) {
    return "%s%s (95 %% %s, %s)"
        .formatted(
            scoreName.isEmpty() ? "" : scoreName + " = ",
            LeaderboardText.score(standing.typical()),
            LeaderboardText.interval(standing.low(), standing.high()),
            trainings == 1 ? "1 training" : trainings + " trainings");
  }

  private static String name(Trial trial) {
    return trial.number() == 0 ? "G* 0" : Integer.toString(trial.number());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  /**
   * Returns the same as JSON.
   *
   * @param ending why the training ended
   */
  String json(Optional<String> ending) {
    List<Map<String, Object>> finalists = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      finalists.add(finalist(rows.get(i), results.get(i), standings.get(i)));
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("finalists", finalists);
    ending.ifPresent(words -> answer.put("training_ended", words));
    answer.put("sentences", sentences());
    return ReportJson.write(answer);
  }

  private Map<String, Object> finalist(
      Leaderboard.Row row, FinalistResult result, Standing standing) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("trial", row.trial().number());
    answer.put("runs", row.runs().stream().map(Trial::number).toList());
    answer.put("search_score", row.score());
    answer.put("search_probability_best", row.standing().best());
    answer.put("ema", result.chosen().ema());
    answer.put("guidance", result.chosen().guidance().weight());
    answer.put("score_name", label);
    answer.put("mean", result.mean());
    answer.put("standard_deviation", result.standardDeviation());
    answer.put("least", result.least());
    answer.put("typical", standing.typical());
    answer.put("low_95", standing.low());
    answer.put("high_95", standing.high());
    answer.put("probability_best", standing.best());
    answer.put("blocks", result.blocks());
    return answer;
  }
}
