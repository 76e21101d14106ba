package org.edm2search.campaign.leaderboard;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.edm2search.campaign.statistics.Standing;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.cost.Expense;

/**
 * Leaderboards as CSV (RFC 4180), one line a trial: first the ranked ones, table by table, then all
 * others by number. Every quantity is a column named with its unit.
 */
public final class LeaderboardCsv {

  /** Begins the names of the columns of loci. */
  private static final String LOCUS = "gene ";

  private static final List<String> NO_STANDING = Collections.nCopies(7, "");

  private LeaderboardCsv() {}

  /** Returns the text, lines ending in CR LF; FLOPs are weighed against the score. */
  public static String write(List<Trial> trials) {
    return write(trials, Expense.FLOPS);
  }

  /**
   * Returns the text, lines ending in CR LF.
   *
   * @param second what the campaign weighs against the score
   */
  public static String write(List<Trial> trials, Expense second) {
    Leaderboard leaderboard = Leaderboard.of(trials, second);
    Set<String> quantities = new LinkedHashSet<>();
    for (Trial trial : trials) {
      trial.measurement().stream()
          .flatMap(measurement -> measurement.others().stream())
          .forEach(quantity -> quantities.add(column(quantity)));
    }
    StringBuilder csv = new StringBuilder();
    List<String> header =
        new ArrayList<>(
            List.of(
                "rank",
                "trial",
                "state",
                "score_name",
                "score",
                "multiply_adds",
                "parameters",
                "duration_seconds",
                "architecture_id",
                "genotype",
                "protocol_digest",
                "near_best",
                "typical",
                "low_95",
                "high_95",
                "again_low_95",
                "again_high_95",
                "probability_best",
                "probability_better_than_reference",
                "second_objective",
                "second_value",
                "pareto",
                "repeat_of",
                "reason"));
    header.addAll(quantities);
    Map<Integer, Map<String, String>> choices = new HashMap<>();
    Set<String> loci = new LinkedHashSet<>();
    for (Trial trial : trials) {
      Map<String, String> own = trial.candidate().genotype().choices();
      choices.put(trial.number(), own);
      loci.addAll(own.keySet());
    }
    loci.forEach(locus -> header.add(LOCUS + locus));
    Csv.line(csv, header);
    Columns columns = new Columns(quantities, loci, choices);
    for (Leaderboard.Table table : leaderboard.tables()) {
      Set<Integer> front =
          ParetoFront.of(table).stream().map(Trial::number).collect(Collectors.toSet());
      table.rows().parallelStream()
          .map(row -> new Place(row, second, front.contains(row.trial().number())))
          .map(place -> lines(place, columns))
          .toList()
          .forEach(csv::append);
    }
    trials.stream()
        .filter(trial -> trial.measurement().isEmpty())
        .forEach(trial -> Csv.line(csv, cells(Optional.empty(), trial, columns)));
    return csv.toString();
  }

  /** Returns a line for each training of an architecture. */
  private static String lines(Place place, Columns columns) {
    StringBuilder lines = new StringBuilder();
    for (Trial run : place.row().runs()) {
      Csv.line(lines, cells(Optional.of(place), run, columns));
    }
    return lines.toString();
  }

  /** A row of the leaderboard, and whether it is on the front against the second objective. */
  private record Place(Leaderboard.Row row, Expense second, boolean pareto) {}

  /** What has a column of its own: quantities by name, and loci with each trial's choices. */
  private record Columns(
      Set<String> quantities, Set<String> loci, Map<Integer, Map<String, String>> choices) {}

  private static List<String> cells(Optional<Place> place, Trial trial, Columns columns) {
    Optional<Leaderboard.Row> row = place.map(Place::row);
    List<String> cells = new ArrayList<>();
    cells.add(row.map(ranked -> "" + ranked.rank()).orElse(""));
    cells.add("" + trial.number());
    cells.add(trial.state().name());
    cells.add(trial.measurement().map(m -> m.score().name()).orElse(""));
    cells.add(trial.score().isPresent() ? "" + trial.score().getAsDouble() : "");
    cells.add("" + trial.candidate().cost().multiplyAdds());
    cells.add("" + trial.candidate().cost().parameters());
    cells.add(trial.duration().map(LeaderboardCsv::seconds).orElse(""));
    cells.add(trial.candidate().architectureId());
    cells.add(trial.candidate().genotype().text());
    cells.add(trial.measurement().map(m -> m.protocol().digest()).orElse(""));
    cells.add(row.map(ranked -> "" + ranked.nearBest()).orElse(""));
    cells.addAll(row.map(ranked -> standing(ranked.standing())).orElse(NO_STANDING));
    cells.add(place.map(of -> of.second().text()).orElse(""));
    OptionalDouble value =
        place.map(of -> SecondObjective.of(trial, of.second())).orElse(OptionalDouble.empty());
    cells.add(value.isPresent() ? "" + value.getAsDouble() : "");
    cells.add(place.map(of -> "" + of.pareto()).orElse(""));
    cells.add(trial.repeatOf().map(first -> "" + first).orElse(""));
    cells.add(trial.reason());
    Map<String, String> measured = new HashMap<>();
    trial.measurement().stream()
        .flatMap(measurement -> measurement.others().stream())
        .forEach(quantity -> measured.put(column(quantity), "" + quantity.value()));
    columns.quantities().forEach(name -> cells.add(measured.getOrDefault(name, "")));
    Map<String, String> own = columns.choices().getOrDefault(trial.number(), Map.of());
    columns.loci().forEach(locus -> cells.add(own.getOrDefault(locus, "")));
    return cells;
  }

  private static List<String> standing(Standing standing) {
    return DoubleStream.of(
            standing.typical(),
            standing.low(),
            standing.high(),
            standing.againLow(),
            standing.againHigh(),
            standing.best(),
            standing.betterThanReference())
        .mapToObj(Double::toString)
        .toList();
  }

  private static String column(Quantity quantity) {
    return quantity.unit().isEmpty()
        ? quantity.name()
        : quantity.name() + " [" + quantity.unit() + "]";
  }

  private static String seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toMillis(), 3).toPlainString();
  }
}
