package org.edm2search.bench.strategies;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.edm2search.space.BranchTrait;
import org.edm2search.space.Gene;
import org.edm2search.space.Scope;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.constraint.Constraint;
import org.edm2search.space.cost.Expense;
import org.edm2search.space.yaml.ArchitectureYaml;
import org.edm2search.space.yaml.InvalidConfigException;
import org.edm2search.space.yaml.Section;

/**
 * Architectures that were trained from two seeds each, as the table of trained candidates has them:
 * CSV, the genes first, up to the column {@code id}. Architectures with one seed only are left out.
 *
 * <p>The space is made of the genes and alleles that the file has, around the first row and the
 * quickstart's network: strategies see the same genes and costs. A table may be a part of the grid.
 * Strategies then search that part alone: the others are refused as a hard constraint refuses
 * networks, so they are drawn again or repaired, and cost nothing.
 */
final class CandidateTable {

  /** Rungs as the file names them, from the lowest. */
  private static final List<String> RUNGS = List.of("_9", "_3", "_1");

  private static final String ID = "id";

  /** Milliseconds that networks of the table and others are said to take. */
  private static final double KNOWN = 1;

  private static final double UNKNOWN = 2;

  private final SearchSpace space;
  private final Map<String, List<Outcome>> outcomes;

  private CandidateTable(SearchSpace space, Map<String, List<Outcome>> outcomes) {
    this.space = space;
    this.outcomes = outcomes;
  }

  /** Returns a part of this table: every so many-th architecture from one on, in its order. */
  CandidateTable part(int first, int step) {
    List<String> ids = List.copyOf(outcomes.keySet());
    Map<String, List<Outcome>> some = new LinkedHashMap<>();
    for (int i = first; i < ids.size(); i += step) {
      some.put(ids.get(i), Objects.requireNonNull(outcomes.get(ids.get(i))));
    }
    return new CandidateTable(space, some);
  }

  /**
   * Reads a file.
   *
   * @throws InvalidConfigException if it is not such a table
   */
  static CandidateTable load(Path file) {
    try {
      return parse(Files.readAllLines(file), file.toString());
    } catch (IOException e) {
      throw new InvalidConfigException(file.toString(), "cannot be read: " + e);
    }
  }

  static CandidateTable parse(List<String> lines, String source) {
    if (lines.size() < 2) {
      throw new InvalidConfigException(source, "must have a line of columns and lines of values");
    }
    List<String> columns = List.of(lines.get(0).split(","));
    List<String> genes = columns.subList(0, Math.max(0, columns.indexOf(ID)));
    if (genes.isEmpty()) {
      throw new InvalidConfigException(source, "must have genes, then a column " + ID);
    }
    List<Map<String, String>> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      List<String> values = List.of(line.split(",", -1));
      if (values.size() == columns.size()) {
        Map<String, String> row = new LinkedHashMap<>();
        columns.forEach(column -> row.put(column, values.get(columns.indexOf(column))));
        rows.add(row);
      }
    }
    SearchSpace space = space(genes, rows);
    Map<String, List<Outcome>> outcomes = new LinkedHashMap<>();
    for (Map<String, String> row : rows) {
      String text =
          genes.stream()
              .map(gene -> gene + "=" + allele(row, gene))
              .collect(Collectors.joining(" "));
      outcomes
          .computeIfAbsent(space.parse(text).id(), id -> new ArrayList<>())
          .add(outcome(row, source));
    }
    outcomes.values().removeIf(seeds -> seeds.size() < 2);
    return new CandidateTable(space, outcomes);
  }

  private static String allele(Map<String, String> row, String column) {
    return Objects.requireNonNull(row.get(column), column).replace('+', ',');
  }

  private static SearchSpace space(List<String> columns, List<Map<String, String>> rows) {
    List<Gene> genes = new ArrayList<>();
    for (String column : columns) {
      Set<String> alleles = new LinkedHashSet<>();
      rows.forEach(row -> alleles.add(allele(row, column)));
      BranchTrait trait = BranchTrait.valueOf(column.toUpperCase(Locale.ROOT));
      genes.add(new Gene(trait, Scope.GLOBAL, List.copyOf(alleles)));
    }
    Map<String, String> network =
        new LinkedHashMap<>(
            Map.of(
                "model_channels", "16",
                "channel_mult", "1,2",
                "num_blocks", "1",
                "attn_resolutions", "8",
                "channels_per_head", "16"));
    columns.forEach(column -> network.put(column, allele(rows.get(0), column)));
    ArchitectureSpec seed =
        ArchitectureYaml.readNetwork(Section.of(network, "first line"), 16, 1, 10);
    return new SearchSpace(
        seed, genes, List.of(Constraint.limit("known", Expense.LATENCY, Double.toString(KNOWN))));
  }

  private static Outcome outcome(Map<String, String> row, String source) {
    return new Outcome(
        numbers(row, "training_flops", source),
        numbers(row, "loss", source),
        numbers(row, "loss_flops", source),
        numbers(row, "fd_block1", source),
        numbers(row, "fd_block1_se", source),
        numbers(row, "fd_block1_flops", source),
        number(row, "fd_block2_1", source));
  }

  private static List<Double> numbers(Map<String, String> row, String column, String source) {
    return RUNGS.stream().map(rung -> number(row, column + rung, source)).toList();
  }

  private static double number(Map<String, String> row, String column, String source) {
    String text = row.get(column);
    if (text == null) {
      throw new InvalidConfigException(source, "must have a column " + column);
    }
    return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
  }

  /**
   * Returns the space in which only what the table has is allowed. What is known of a network
   * before it is trained can be its latency, so that is what says it: long for all others.
   */
  SearchSpace space() {
    Set<String> known = Set.copyOf(outcomes.keySet());
    return space.withLatency(
        network -> known.contains(ArchitectureYaml.id(network)) ? KNOWN : UNKNOWN);
  }

  /** Returns what each architecture's two seeds showed, by identity in {@link #space}. */
  Map<String, List<Outcome>> outcomes() {
    return outcomes;
  }
}
