package org.edm2search.bench.table;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.edm2search.campaign.statistics.Run;
import org.edm2search.campaign.statistics.ScoreModel;
import org.edm2search.campaign.statistics.Standing;
import org.edm2search.campaign.statistics.Standings;
import org.edm2search.eval.loss.DenoisingLoss;
import org.edm2search.eval.loss.HeldOutLoss;
import org.edm2search.model.checkpoint.Safetensors;

/**
 * What the table of trained candidates says about noise: variances of architecture, training seed
 * and sampling; whether a shared seed has a common effect; how well each rung predicts the end; how
 * often the intervals that campaigns print hold for another seed. Intervals are by bootstrap over
 * architectures. Prints Markdown.
 */
public final class TableStatistics {

  private static final String FINAL = "fd_block1_1";
  private static final String FINAL_LOSS = "loss_1";

  private TableStatistics() {}

  /**
   * Arguments: the CSV file of {@link TrainedCandidates}; optionally the directory with the losses
   * of each noisy image, which it wrote below its directory of training files.
   */
  public static void main(String[] arguments) {
    List<Map<String, String>> table = new TableFile(Path.of(arguments[0])).read();
    Pairs pairs = Pairs.of(table, "1", "2");
    System.out.printf("%d lines, %d architectures from two seeds%n%n", table.size(), pairs.count());
    variances(pairs);
    predictions(pairs);
    coverage(pairs);
    if (arguments.length > 1) {
      pairedLosses(pairs, Path.of(arguments[1]));
    }
  }

  // -------------------------------------------------------------- variances

  private static void variances(Pairs pairs) {
    System.out.println(
        "| standard deviation of the logarithm | final score | final held-out loss |");
    System.out.println("| --- | --- | --- |");
    row("between architectures", pairs, TableStatistics::architectureDeviation);
    row("between trainings of one architecture", pairs, TableStatistics::seedDeviation);
    row("the same, from the median difference (normal)", pairs, TableStatistics::robustDeviation);
    row("mean of seed 1 over seed 2", pairs, TableStatistics::sharedDifference);
    row("correlation of seed effects across architectures", pairs, TableStatistics::correlation);
    System.out.printf(
        "| between blocks of samples of one network | %s | |%n",
        pairs.interval(TableStatistics::blockDeviation));
    System.out.printf(
        "| the same by the bootstrap of each score | %s | |%n%n",
        pairs.interval(
            p ->
                Math.sqrt(
                    Arrays.stream(relativeErrors(p, 0)).map(e -> e * e).average().orElseThrow())));
  }

  /** A statistic of a column. */
  private interface OfColumn {
    double of(Pairs pairs, String column);
  }

  private static void row(String what, Pairs pairs, OfColumn statistic) {
    System.out.printf(
        "| %s | %s | %s |%n",
        what,
        pairs.interval(p -> statistic.of(p, FINAL)),
        pairs.interval(p -> statistic.of(p, FINAL_LOSS)));
  }

  private static double[] differences(Pairs pairs, String column) {
    double[] first = pairs.log(column, 0);
    double[] second = pairs.log(column, 1);
    return IntStream.range(0, first.length).mapToDouble(i -> first[i] - second[i]).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
  }

  /** Residual of the two-way layout, without the effect that a seed has on all. */
  private static double seedDeviation(Pairs pairs, String column) {
    return Math.sqrt(variance(differences(pairs, column)) / 2);
  }

  private static double robustDeviation(Pairs pairs, String column) {
    double[] sizes = Arrays.stream(differences(pairs, column)).map(Math::abs).sorted().toArray();
    return sizes[sizes.length / 2] / 0.6745 / Math.sqrt(2);
  }

  private static double architectureDeviation(Pairs pairs, String column) {
    double[] first = pairs.log(column, 0);
    double[] second = pairs.log(column, 1);
    double[] means =
        IntStream.range(0, first.length).mapToDouble(i -> (first[i] + second[i]) / 2).toArray();
    return Math.sqrt(Math.max(0, variance(means) - variance(differences(pairs, column)) / 4));
  }

  private static double sharedDifference(Pairs pairs, String column) {
    return mean(differences(pairs, column));
  }

  /** Variance that the seed gives to all, as a share of all its variance; one degree of freedom. */
  private static double correlation(Pairs pairs, String column) {
    double[] differences = differences(pairs, column);
    double own = variance(differences) / 2;
    double mean = mean(differences);
    double shared = Math.max(0, mean * mean / 2 - own / differences.length);
    return shared / (shared + own);
  }

  private static double blockDeviation(Pairs pairs) {
    double[] first = pairs.log(FINAL, 0);
    double[] second = pairs.log("fd_block2_1", 0);
    return Math.sqrt(
        IntStream.range(0, first.length)
            .mapToDouble(i -> Math.pow(first[i] - second[i], 2) / 2)
            .average()
            .orElseThrow());
  }

  private static double[] relativeErrors(Pairs pairs, int seed) {
    double[] errors = pairs.column("fd_block1_se_1", seed);
    double[] scores = pairs.column(FINAL, seed);
    return IntStream.range(0, errors.length).mapToDouble(i -> errors[i] / scores[i]).toArray();
  }

  // ------------------------------------------------------------ predictions

  private static void predictions(Pairs pairs) {
    System.out.println("| Spearman's ρ with the final score | same seed | other seed |");
    System.out.println("| --- | --- | --- |");
    for (String column :
        List.of("loss_9", "fd_block1_9", "loss_3", "fd_block1_3", FINAL_LOSS, FINAL)) {
      System.out.printf(
          "| %s | %s | %s |%n",
          column,
          column.equals(FINAL) ? "" : pairs.interval(p -> rankCorrelation(p, column, true)),
          pairs.interval(p -> rankCorrelation(p, column, false)));
    }
    System.out.println();
  }

  private static double rankCorrelation(Pairs pairs, String column, boolean sameSeed) {
    SpearmansCorrelation spearman = new SpearmansCorrelation();
    return IntStream.of(0, 1)
        .mapToDouble(
            seed ->
                spearman.correlation(
                    pairs.column(column, seed), pairs.column(FINAL, sameSeed ? seed : 1 - seed)))
        .average()
        .orElseThrow();
  }

  // --------------------------------------------------------------- coverage

  private static void coverage(Pairs pairs) {
    System.out.println("| told from one seed | holds for the other |");
    System.out.println("| --- | --- |");
    print(
        "95 % interval of a further training",
        pairs, (told, score) -> score >= told.againLow() && score <= told.againHigh());
    print(
        "95 % interval of the typical score",
        pairs, (told, score) -> score >= told.low() && score <= told.high());
    for (int from : List.of(0, 1)) {
      Standings standings = standings(pairs, from);
      System.out.printf(
          "%nfrom seed %d: scale between trainings %.3f, between architectures %.3f%n",
          from + 1, standings.seedDeviation(), standings.architectureDeviation());
    }
    System.out.println();
  }

  /** Whether what was told holds for another score. */
  private interface Holds {
    boolean holds(Standing told, double score);
  }

  private static void print(String what, Pairs pairs, Holds rule) {
    int held = 0;
    for (int from : List.of(0, 1)) {
      List<Standing> told = standings(pairs, from).architectures();
      double[] other = pairs.column(FINAL, 1 - from);
      held +=
          (int)
              IntStream.range(0, other.length)
                  .filter(i -> rule.holds(told.get(i), other[i]))
                  .count();
    }
    System.out.printf(
        "| %s | %d of %d, %.1f %% |%n", what, held, 2 * pairs.count(), 50.0 * held / pairs.count());
  }

  private static Standings standings(Pairs pairs, int seed) {
    double[] scores = pairs.column(FINAL, seed);
    double[] errors = pairs.column("fd_block1_se_1", seed);
    return ScoreModel.DEFAULT.standings(
        IntStream.range(0, scores.length)
            .mapToObj(i -> List.of(new Run(scores[i], errors[i])))
            .toList(),
        0);
  }

  // ----------------------------------------------------------------- losses

  private static void pairedLosses(Pairs pairs, Path directory) {
    System.out.println(
        "| rung | standard error of a loss | of the difference to the first architecture |");
    System.out.println("| --- | --- | --- |");
    for (int rung : CandidateMeasuring.RUNGS) {
      List<DenoisingLoss> losses = new ArrayList<>();
      for (List<Map<String, String>> pair : pairs.lines()) {
        Path file = directory.resolve(pair.get(0).get("id") + "-1.safetensors");
        if (Files.exists(file)) {
          String key = "loss_" + rung;
          float[] values =
              Objects.requireNonNull(Safetensors.read(file).tensors().get(key), key).values();
          double[] perImage =
              IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
          losses.add(new DenoisingLoss(perImage, HeldOutLoss.BINS));
        }
      }
      ToDoubleFunction<DenoisingLoss> error = loss -> loss.mean().standardDeviation();
      List<DenoisingLoss> others = losses.subList(1, losses.size());
      System.out.printf(
          "| 1/%d | %.4f | %.4f |%n",
          rung,
          others.stream().mapToDouble(error).average().orElseThrow(),
          others.stream()
              .mapToDouble(loss -> error.applyAsDouble(loss.minus(losses.get(0))))
              .average()
              .orElseThrow());
    }
  }
}
