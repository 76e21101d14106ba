package org.edm2search.cli.command;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.cli.output.TextTable;
import org.edm2search.pipeline.trial.RescoreBook;

/**
 * Scores of a campaign's trials by another protocol, beside those of the search.
 *
 * @param table scores by trial
 * @param searched scores of the search by trial
 */
record RescoredText(RescoreBook.Table table, Map<Integer, Double> searched) {

  /** Takes the trials' own scores. */
  static RescoredText of(RescoreBook.Table table, List<Trial> trials) {
    return new RescoredText(
        table,
        trials.stream()
            .filter(trial -> trial.score().isPresent())
            .collect(Collectors.toMap(Trial::number, trial -> trial.score().orElseThrow())));
  }

  private List<Map.Entry<Integer, RescoreBook.Score>> ranked() {
    return table.trials().entrySet().stream()
        .filter(entry -> searched.containsKey(entry.getKey()))
        .sorted(Comparator.comparingDouble(entry -> entry.getValue().score()))
        .toList();
  }

  String text() {
    TextTable text = new TextTable("rank", "trial", table.label(), "±", "search score");
    int rank = 1;
    for (Map.Entry<Integer, RescoreBook.Score> entry : ranked()) {
      int number = entry.getKey();
      text.row(
          Integer.toString(rank++),
          number == 0 ? "G* 0" : Integer.toString(number),
          number(entry.getValue().score()),
          number(entry.getValue().deviation()),
          number(Objects.requireNonNull(searched.get(number))));
    }
    return text + table.protocol() + "\n";
  }

  Map<String, Object> json(String digest) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("score_name", table.label());
    answer.put("protocol", table.protocol());
    answer.put("protocol_digest", digest);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Map.Entry<Integer, RescoreBook.Score> entry : ranked()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("trial", entry.getKey());
      row.put("score", entry.getValue().score());
      row.put("standard_deviation", entry.getValue().deviation());
      row.put("distances", entry.getValue().distances());
      row.put("search_score", searched.get(entry.getKey()));
      rows.add(row);
    }
    answer.put("trials", rows);
    return answer;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
