package org.edm2search.campaign.leaderboard;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.edm2search.campaign.statistics.Run;
import org.edm2search.campaign.statistics.ScoreModel;
import org.edm2search.campaign.statistics.Standing;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Protocol;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.space.cost.Expense;

/**
 * Architectures of complete trials ranked by score, lowest first, with what the scores say about
 * the architectures ({@link ScoreModel}). Scores obtained under different protocols are never
 * compared: each protocol has its own table.
 *
 * @param tables one for each protocol, in the order of its first trial
 */
public record Leaderboard(List<Table> tables) {

  private static final Comparator<Trial> BY_SCORE =
      Comparator.comparingDouble((Trial trial) -> score(trial)).thenComparingInt(Trial::number);

  public Leaderboard {
    tables = List.copyOf(tables);
  }

  /**
   * The trials measured under one protocol.
   *
   * @param protocol how all scores of the table were obtained
   * @param second what is weighed against the score
   * @param rows best first; equal scores by number
   * @param seed the row of the seed architecture, if it is in this table
   */
  public record Table(Protocol protocol, Expense second, List<Row> rows, Optional<Row> seed) {

    public Table {
      rows = List.copyOf(rows);
    }

    private static Table of(Protocol protocol, Expense second, List<Row> rows) {
      return new Table(
          protocol,
          second,
          rows,
          rows.stream().filter(row -> row.trial().number() == 0).findFirst());
    }

    /**
     * Returns whether some architectures were trained again, so that ranks are by typical scores.
     */
    public boolean trainedAgain() {
      return rows.stream().anyMatch(row -> row.runs().size() > 1);
    }

    /** Returns what the scores measure. */
    public String scoreName() {
      return rows.get(0).trial().measurement().orElseThrow().score().name();
    }

    /** Returns the typical score divided by the seed architecture's. */
    public OptionalDouble toSeed(Row row) {
      return seed.map(base -> base.standing().typical())
          .filter(base -> base > 0)
          .map(base -> OptionalDouble.of(row.standing().typical() / base))
          .orElse(OptionalDouble.empty());
    }
  }

  /**
   * A ranked architecture.
   *
   * @param rank from 1; equal ones share a rank, and the next one skips as many
   * @param tied whether another row has the same rank
   * @param rankedBy the mean of its trainings, or the typical score in a table where some
   *     architectures were trained again: a lucky training is not to stand above others' means
   * @param runs its trainings, complete, by number: the search's, then its repeats
   * @param standing of its architecture; the reference is the seed architecture, or the best of a
   *     table without it
   */
  public record Row(int rank, boolean tied, double rankedBy, List<Trial> runs, Standing standing) {

    public Row {
      runs = List.copyOf(runs);
    }

    /** Returns the first of its trainings. */
    public Trial trial() {
      return runs.get(0);
    }

    /**
     * Returns whether this is the best trial or not told apart from it: training and sampling again
     * might swap them.
     */
    public boolean nearBest() {
      return rank == 1 || standing.nearBest();
    }

    /** Returns whether this is not the best trial, but is not told apart from it either. */
    public boolean uncertain() {
      return rank > 1 && standing.nearBest();
    }

    /** Returns the mean score of its trainings, lower is better. */
    public double score() {
      return mean(runs);
    }
  }

  /** Ranks the complete ones of these trials; FLOPs are weighed against the score. */
  public static Leaderboard of(List<Trial> trials) {
    return of(trials, Expense.FLOPS);
  }

  /**
   * Ranks the complete ones of these trials.
   *
   * @param second what the campaign weighs against the score, see {@link SecondObjective}
   */
  public static Leaderboard of(List<Trial> trials, Expense second) {
    return new Leaderboard(byProtocol(trials).stream().map(group -> table(group, second)).toList());
  }

  /**
   * Returns the trainings of the first row of the first table. Ranks only where architectures were
   * trained several times: what the scores say about the others takes most of the time of a large
   * leaderboard.
   */
  public static Optional<List<Trial>> bestRuns(List<Trial> trials) {
    return byProtocol(trials).stream().findFirst().map(Leaderboard::bestOfTable);
  }

  private static List<Trial> bestOfTable(List<Trial> trials) {
    return trials.stream().anyMatch(trial -> trial.repeatOf().isPresent())
        ? table(trials, Expense.FLOPS).rows().get(0).runs()
        : List.of(trials.stream().min(BY_SCORE).orElseThrow());
  }

  private static Collection<List<Trial>> byProtocol(List<Trial> trials) {
    Map<String, List<Trial>> byProtocol = new LinkedHashMap<>();
    for (Trial trial : trials) {
      if (trial.state() == TrialState.COMPLETE) {
        byProtocol
            .computeIfAbsent(protocol(trial).digest(), digest -> new ArrayList<>())
            .add(trial);
      }
    }
    return byProtocol.values();
  }

  private static Protocol protocol(Trial trial) {
    return trial.measurement().orElseThrow().protocol();
  }

  private static Table table(List<Trial> trials, Expense second) {
    List<Trial> sorted = trials.stream().sorted(BY_SCORE).toList();
    Map<String, Standing> standings = standings(sorted);
    List<List<Trial>> groups = groups(sorted);
    boolean repeated = groups.stream().anyMatch(runs -> runs.size() > 1);
    List<Place> places = new ArrayList<>();
    for (List<Trial> runs : groups) {
      Standing standing =
          Objects.requireNonNull(standings.get(runs.get(0).candidate().architectureId()));
      places.add(new Place(runs, standing, repeated ? standing.typical() : mean(runs)));
    }
    places.sort(
        Comparator.comparingDouble(Place::order)
            .thenComparing(place -> place.runs.get(0).number()));
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      boolean likeBefore = i > 0 && place.order == places.get(i - 1).order;
      boolean likeNext = i + 1 < places.size() && place.order == places.get(i + 1).order;
      int rank = likeBefore ? rows.get(i - 1).rank() : i + 1;
      rows.add(new Row(rank, likeBefore || likeNext, place.order, place.runs, place.standing));
    }
    return Table.of(protocol(trials.get(0)), second, rows);
  }

  /** An architecture with the number that it is ranked by. */
  private record Place(List<Trial> runs, Standing standing, double order) {}

  /** Returns each trial of the search with its repeats, by number. */
  private static List<List<Trial>> groups(List<Trial> trials) {
    Map<Integer, List<Trial>> groups = new TreeMap<>();
    for (Trial trial : trials) {
      groups
          .computeIfAbsent(trial.repeatOf().orElse(trial.number()), first -> new ArrayList<>())
          .add(trial);
    }
    groups.values().forEach(runs -> runs.sort(Comparator.comparingInt(Trial::number)));
    return new ArrayList<>(groups.values());
  }

  /** Returns the mean score of the trainings of an architecture. */
  public static double mean(List<Trial> runs) {
    double sum = 0;
    for (Trial run : runs) {
      sum += score(run);
    }
    return sum / runs.size();
  }

  /** Returns the standing of every architecture; trials of the same one are its runs. */
  private static Map<String, Standing> standings(List<Trial> sorted) {
    Map<String, List<Run>> runs = new LinkedHashMap<>();
    String reference = sorted.get(0).candidate().architectureId();
    for (Trial trial : sorted) {
      String id = trial.candidate().architectureId();
      runs.computeIfAbsent(id, key -> new ArrayList<>()).add(run(trial));
      reference = trial.number() == 0 ? id : reference;
    }
    List<String> ids = List.copyOf(runs.keySet());
    List<Standing> all =
        ScoreModel.DEFAULT
            .standings(List.copyOf(runs.values()), ids.indexOf(reference))
            .architectures();
    Map<String, Standing> byId = new HashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      byId.put(ids.get(i), all.get(i));
    }
    return byId;
  }

  private static Run run(Trial trial) {
    Measurement measurement = trial.measurement().orElseThrow();
    return new Run(score(trial), measurement.value(Quantity.SCORE_DEVIATION).orElse(0));
  }

  private static double score(Trial trial) {
    return trial.score().orElseThrow();
  }

  /** Returns the row of the first table that begins with a trial. */
  public Optional<Row> row(int trial) {
    return tables.stream()
        .limit(1)
        .flatMap(table -> table.rows().stream())
        .filter(row -> row.trial().number() == trial)
        .findFirst();
  }

  /** Returns the first row of the first table. */
  public Optional<Row> bestRow() {
    return tables.stream().findFirst().map(table -> table.rows().get(0));
  }

  /** Returns the best trial of the first table. */
  public Optional<Trial> best() {
    return bestRow().map(Row::trial);
  }
}
