package org.edm2search.pipeline.release;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.leaderboard.Leaderboard.Row;
import org.edm2search.campaign.statistics.Standing;
import org.edm2search.campaign.trial.Trial;

/**
 * Where a trial's architecture stands among the campaign's, and which of them it is not told apart
 * from.
 *
 * @param table that ranks it
 * @param row its own
 */
record TrialStanding(Leaderboard.Table table, Row row) {

  private static final int MOST_NAMED = 5;

  /** Finds a trial, or what it repeats, among all of its campaign. */
  static Optional<TrialStanding> of(List<Trial> trials, Trial trial) {
    for (Leaderboard.Table table : Leaderboard.of(trials).tables()) {
      for (Row row : table.rows()) {
        if (row.runs().stream().anyMatch(run -> run.number() == trial.number())) {
          return Optional.of(new TrialStanding(table, row));
        }
      }
    }
    return Optional.empty();
  }

  private Row leader() {
    return table.rows().get(0);
  }

  /** Returns the others that are not told apart from the best, if this is the best. */
  private List<Row> rivals() {
    return !row.equals(leader())
        ? List.of()
        : table.rows().stream().filter(other -> !other.equals(row) && other.nearBest()).toList();
  }

  private boolean likeSeed() {
    return table.seed().filter(seed -> !seed.equals(row)).isPresent()
        && row.standing().likeReference();
  }

  /** Returns what the scores do not decide, a sentence each. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    int number = row.trial().number();
    List<Row> rivals = rivals();
    if (!rivals.isEmpty()) {
      Row next = rivals.get(0);
      warnings.add(
          "trial %d is the best by its score, but not told apart from %s: trial %d is better with probability %s"
              .formatted(
                  number,
                  names(rivals),
                  next.trial().number(),
                  share(next.standing().betterThanLeader())));
    } else if (row.uncertain()) {
      warnings.add(
          "trial %d is not told apart from the best, trial %d: it is better with probability %s"
              .formatted(
                  number, leader().trial().number(), share(row.standing().betterThanLeader())));
    }
    if (likeSeed()) {
      warnings.add(
          "trial %d is not told apart from G*, trial 0: it is better with probability %s"
              .formatted(number, share(row.standing().betterThanReference())));
    }
    return warnings;
  }

  private static String names(List<Row> rows) {
    String names =
        rows.stream()
            .limit(MOST_NAMED)
            .map(row -> Integer.toString(row.trial().number()))
            .collect(Collectors.joining(", "));
    return (rows.size() == 1 ? "trial " : "trials ")
        + names
        + (rows.size() > MOST_NAMED ? " and %d more".formatted(rows.size() - MOST_NAMED) : "");
  }

  private static String share(double probability) {
    return String.format(Locale.ROOT, "%.2f", probability);
  }

  /** Returns it as JSON values by key. */
  Map<String, Object> toJson() {
    Standing standing = row.standing();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("rank", row.rank());
    json.put("of", table.rows().size());
    json.put("typical", standing.typical());
    json.put("low_95", standing.low());
    json.put("high_95", standing.high());
    json.put("probability_best", standing.best());
    if (table.seed().isPresent()) {
      json.put("probability_better_than_seed", standing.betterThanReference());
    }
    json.put(
        "not_told_apart_from", rivals().stream().map(other -> other.trial().number()).toList());
    return json;
  }

  /** Returns the trainings of the architecture with their scores, as JSON values. */
  List<Map<String, Object>> runs() {
    List<Map<String, Object>> runs = new ArrayList<>();
    for (Trial run : row.runs()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("trial", run.number());
      run.provenance().ifPresent(provenance -> json.put("seed", provenance.seed()));
      json.put("score", run.score().orElseThrow());
      runs.add(json);
    }
    return runs;
  }
}
