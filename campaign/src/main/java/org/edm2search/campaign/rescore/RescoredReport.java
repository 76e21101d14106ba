package org.edm2search.campaign.rescore;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.edm2search.campaign.trial.Trial;

/**
 * Scores of a campaign's trials by another protocol, beside those of the search.
 *
 * @param scoreName what the scores measure
 * @param protocol how they were obtained, in a sentence
 * @param protocolDigest the protocol's identity
 * @param trials lowest score first
 */
public record RescoredReport(
    String scoreName, String protocol, String protocolDigest, List<Row> trials) {

  public RescoredReport {
    trials = List.copyOf(trials);
  }

  /**
   * A trial's score.
   *
   * @param rank from 1
   * @param trial its number, 0 being the seed architecture
   * @param score lower is better
   * @param standardDeviation over draws of samples; 0 if not known
   * @param distances all that were measured, by name
   * @param searchScore what it scored in the search
   */
  public record Row(
      int rank,
      int trial,
      double score,
      double standardDeviation,
      Map<String, Double> distances,
      double searchScore) {}

  /**
   * Reports a table.
   *
   * @param digest the protocol's identity
   * @param trials of the campaign; what was not scored in the search is left out
   */
  public static RescoredReport of(String digest, RescoreBook.Table table, List<Trial> trials) {
    Map<Integer, Double> searched = new HashMap<>();
    trials.forEach(trial -> trial.score().ifPresent(score -> searched.put(trial.number(), score)));
    List<Row> rows = new ArrayList<>();
    table.trials().entrySet().stream()
        .sorted(Comparator.comparingDouble(entry -> entry.getValue().score()))
        .forEach(
            entry -> {
              Double before = searched.get(entry.getKey());
              RescoreBook.Score now = entry.getValue();
              if (before != null) {
                rows.add(
                    new Row(
                        rows.size() + 1,
                        entry.getKey(),
                        now.score(),
                        now.deviation(),
                        now.distances(),
                        before));
              }
            });
    return new RescoredReport(table.label(), table.protocol(), digest, rows);
  }
}
